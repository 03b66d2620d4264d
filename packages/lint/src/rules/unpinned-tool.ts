import { textOf } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { inputOf, type LintFile, type LintStep } from '../tree/lint-file.ts'

export const unpinnedTool = defineRule({
  id: 'unpinned-tool',
  area: 'correctness',
  severity: 'note',
  summary: 'An action that installs a tool in whatever version is newest today.',
  why: 'The next release of the tool changes the result without a commit.',
  fix: 'Say the version, or a file of the repository that says it.',
  bad: [
    `
- uses: denoland/setup-deno@v2 # ✗
- uses: astral-sh/setup-uv@v6
  with:
    version: latest # ✗
- uses: actions/setup-node@v4
  with:
    node-version: latest # ✗`,
  ],
  good: [
    `
- uses: denoland/setup-deno@v2
  with: { deno-version: 2.5.0 }
- uses: astral-sh/setup-uv@v6
  with: { version: 0.9.0 }
- uses: actions/setup-node@v4
  with: { node-version-file: .nvmrc }
- uses: actions/setup-node@v4
  with: { node-version: lts/* }
- uses: actions/setup-go@v5
  with: { go-version-file: go.mod }`,
    {
      text: `
- uses: oven-sh/setup-bun@v2`,
      files: { 'package.json': '{ "packageManager": "bun@1.3.0" }' },
    },
  ],
  check: file => file.steps.flatMap(step => faultOf(file, step)),
})

interface Tool {
  /** Inputs that say the version. */
  inputs: readonly string[]
  /** Files the action looks into by itself. */
  files?: readonly string[]
  /** Without an input it takes what the machine has, or a version of its own release. */
  isFixed?: boolean
}

const tools: Record<string, Tool> = {
  'actions/setup-node': { inputs: ['node-version', 'node-version-file'], isFixed: true },
  'actions/setup-go': { inputs: ['go-version', 'go-version-file'], isFixed: true },
  'actions/setup-python': { inputs: ['python-version', 'python-version-file'], isFixed: true },
  'denoland/setup-deno': { inputs: ['deno-version', 'deno-version-file'] },
  'oven-sh/setup-bun': { inputs: ['bun-version', 'bun-version-file'], files: ['package.json', '.bun-version'] },
  'astral-sh/setup-uv': { inputs: ['version', 'version-file'], files: ['uv.toml', 'pyproject.toml', '.tool-versions'] },
  'hashicorp/setup-terraform': { inputs: ['terraform_version'] },
  'supabase/setup-cli': { inputs: ['version'], files: ['bun.lock', 'pnpm-lock.yaml', 'package-lock.json'] },
  'azure/setup-helm': { inputs: ['version'] },
  'azure/setup-kubectl': { inputs: ['version'] },
  'goreleaser/goreleaser-action': { inputs: ['version'], isFixed: true },
}

function faultOf({ repository }: LintFile, step: LintStep): Found[] {
  const tool = Object.hasOwn(tools, step.uses?.action ?? '') ? tools[step.uses?.action ?? ''] : undefined
  if (tool === undefined || step.uses === undefined) return []
  const given = tool.inputs.flatMap(name => inputOf(step, name)?.value ?? []).find(value => textOf(value) !== '')
  if (given !== undefined) {
    const isNewest = /^(latest|\*|x|canary|node|current|stable)$/.test(textOf(given))
    return isNewest ? [{ at: given, message: `expected a version, got ${textOf(given)}` }] : []
  }
  const isSaid = tool.files?.some(path => repository.read(path) !== null)
  if (tool.isFixed || isSaid) return []
  return [{ at: step.uses, message: `expected ${tool.inputs[0]}, got none: it takes the newest` }]
}
