import { textOf, valueAt } from '@gantry/workflow'
import { inputOf, type LintFile, type LintStep, runText, stepsBefore } from './lint-file.ts'

export const isPnpmSetup = (step: LintStep): boolean => step.uses?.repository === 'pnpm/action-setup'

/** After this step `pnpm` is on the path, or may be. */
export const mayBringPnpm = (step: LintStep): boolean =>
  isPnpmSetup(step) ||
  /\bpnpm\b|\bcorepack\b|\bmise\b|\bvolta\b|\bproto\b|\basdf\b|\bnix\b|\bdevbox\b|\.sh\b|\bmake\b/.test(
    runText(step),
  ) ||
  step.uses?.kind === 'local' ||
  step.uses?.kind === 'docker' ||
  // Somebody else's action may bring anything.
  (step.uses !== undefined && !/^actions\//.test(step.uses.repository))

/** `10.4.1` of `"packageManager": "pnpm@10.4.1+sha512…"`, and the whole word behind the `@`. */
export function pinnedPnpm(
  { repository }: LintFile,
  path = 'package.json',
): { version: string; text: string } | undefined {
  const manifest = manifestAt(repository.read(path))
  const [, text = '', version] =
    /^pnpm@((\d+\.\d+\.\d+[\w.-]*).*)$/.exec(String(manifest?.['packageManager'] ?? '')) ?? []
  return version === undefined ? undefined : { version, text }
}

/**
 * The pnpm a step runs with: what a step before installs, else what package.json pins. Undefined where that is not
 * certain: a version that is an expression or a tag, or an install that only some legs do.
 */
export function pnpmVersionAt(file: LintFile, step: LintStep): string | undefined {
  for (const before of stepsBefore(step).toReversed()) {
    if (!bringsPnpm(before)) continue
    const isForSome = valueAt(before.value, 'if') !== undefined
    const version = installedVersion(before)
    if (version !== undefined || isForSome || !isPlainSetup(before)) return isForSome ? undefined : version
  }
  return pinnedPnpm(file)?.version
}

/** The `version:` of pnpm/action-setup, or of `npm install --global pnpm@10` and `corepack prepare pnpm@10`. */
export function installedVersion(step: LintStep): string | undefined {
  const version = isPnpmSetup(step) ? textOf(inputOf(step, 'version')?.value) : globalVersion(runText(step))
  return version !== undefined && /^\d+(\.\d+){0,2}$/.test(version) ? version : undefined
}

/** Takes the version that package.json pins. */
const isPlainSetup = (step: LintStep): boolean =>
  isPnpmSetup(step) ? textOf(inputOf(step, 'version')?.value) === '' : !/\bpnpm@/.test(runText(step))

const bringsPnpm = (step: LintStep): boolean =>
  isPnpmSetup(step) || /\b(npm|corepack|volta|mise|proto|asdf)\b[^\n]*\bpnpm\b/.test(runText(step))

const globalVersion = (script: string): string | undefined =>
  /\b(?:npm\s+(?:i|install|add)\s+(?:--global|-g)|corepack\s+(?:prepare|use|install\s+(?:-g|--global)))\s+["']?pnpm@\^?(\d+(?:\.\d+){0,2})(?![\w.-])/.exec(
    script,
  )?.[1]

/** Runs pnpm by that name, not one it fetches for itself: `npx pnpm@9 install`. */
export const runsPnpm = (script: string): boolean =>
  /\bpnpm\b/.test(
    script
      .replace(/\b(npx|bunx|yarn\s+dlx|corepack)(\s+-\S+)*\s+["']?pnpm@\S+/g, '')
      .replace(/\b(npm|corepack|volta|mise|proto|asdf)\b[^\n&|;]*\bpnpm\b[^\n&|;]*/g, ''),
  )

export function manifestAt(text: string | null): Record<string, unknown> | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // Whoever reads package.json for its own sake says so.
  }
}
