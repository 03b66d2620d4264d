import { textOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { inputOf } from '../tree/lint-file.ts'
import { isPnpmSetup, manifestAt } from '../tree/pnpm-setup.ts'
import { matchesIn } from '../tree/script-lines.ts'

const files = { 'package.json': '{ "name": "acme" }' }

export const floatingPnpm = defineRule({
  id: 'floating-pnpm',
  area: 'pnpm',
  severity: 'warning',
  summary: 'The newest pnpm, whichever that is, in a repository that pins none.',
  why: 'The next major version changes the lockfile or drops your Node, and every build fails without a commit.',
  fix: 'Pin it once, for everybody: `"packageManager": "pnpm@…"` in package.json.',
  bad: [
    {
      text: `
- uses: pnpm/action-setup@v4
  with:
    version: latest # ✗
- run: npm install --global pnpm # ✗
- run: npm i -g pnpm@latest && pnpm install # ✗`,
      files,
    },
  ],
  good: [
    {
      text: `
- uses: pnpm/action-setup@v4
  with: { version: 10 }
- run: npm install --global pnpm@10.4.1 pnpm-other`,
      files,
    },
    {
      text: `
- run: npm install --global pnpm`,
      files: { 'package.json': '{ "packageManager": "pnpm@10.4.1" }' },
    },
    `
- run: npm install --global pnpm`,
  ],
  check: file => {
    const manifest = manifestAt(file.repository.read('package.json'))
    // Where one is pinned pnpm changes to it by itself.
    if (manifest === undefined || 'packageManager' in manifest || 'devEngines' in manifest) return []
    return file.steps.flatMap(step => {
      const version = isPnpmSetup(step) ? inputOf(step, 'version')?.value : undefined
      const isLatest = version !== undefined && /^(latest|\*|next-\d+)$/.test(textOf(version))
      const inScript = matchesIn(
        file,
        step,
        /\bnpm\s+(?:i|install|add)\s+(?:--global|-g)\s+["']?pnpm(?:@latest)?["']?(?=\s|$|;|&)/,
      )
      return [
        ...(isLatest ? [{ at: version, message: `expected a version of pnpm, got ${textOf(version)}` }] : []),
        ...inScript.map(({ match, ...at }) => ({ at, message: `expected a version of pnpm, got "${match[0]}"` })),
      ]
    })
  },
})
