import { askedCache } from './cache/asked-cache.ts'
import { restoreCache } from './cache/restore.ts'
import { saveCache } from './cache/save.ts'
import { defineAction } from './define-action.ts'

/** Brings folders back from an earlier run, and keeps them for the next once the job has succeeded. */
export const cache = defineAction({
  uses: 'actions/cache',
  inputs: { path: '', key: '', 'restore-keys': '', 'fail-on-cache-miss': 'false', 'lookup-only': 'false' },
  ignored: ['upload-chunk-size', 'enableCrossOsArchive', 'enablecrossosarchive', 'save-always'],
  run: async call => {
    const asked = askedCache(call)
    const found = await restoreCache(call, asked)
    if (found !== asked.key) call.afterJob(after => saveCache(after, () => asked))
  },
})
