import { cacheRestore } from './cache/restore.ts'
import { cacheSave } from './cache/save.ts'
import { cache } from './cache.ts'
import { checkout } from './checkout.ts'
import type { BuiltInAction } from './define-action.ts'
import { downloadArtifact } from './download-artifact.ts'
import { githubScript } from './github-script.ts'
import { pnpmActionSetup } from './pnpm-action-setup.ts'
import { setupNode } from './setup-node.ts'
import { uploadArtifact } from './upload-artifact.ts'

/** Every action that runs without GitHub. */
export const builtinActions: readonly BuiltInAction[] = [
  cache,
  cacheRestore,
  cacheSave,
  checkout,
  downloadArtifact,
  githubScript,
  setupNode,
  uploadArtifact,
  pnpmActionSetup,
]

/** Whatever version or commit is asked for, the one built-in behaviour answers. */
export function builtInAction(uses: string): BuiltInAction | undefined {
  const name = (uses.split('@')[0] ?? '').toLowerCase()
  return builtinActions.find(action => action.uses === name)
}
