import { inputOf, type LintFile, type LintStep, runText, stepsBefore } from './lint-file.ts'
import { textOf } from './value.ts'

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

/** The pnpm a step runs with: what a step before installs by number, else what package.json pins. */
export function pnpmVersionAt(file: LintFile, step: LintStep): string | undefined {
  for (const before of stepsBefore(step).toReversed()) {
    const version = installedVersion(before)
    if (version !== undefined) return version
  }
  return pinnedPnpm(file)?.version
}

/** The `version:` of pnpm/action-setup, or of `npm install --global pnpm@10`. */
export function installedVersion(step: LintStep): string | undefined {
  const version = isPnpmSetup(step) ? textOf(inputOf(step, 'version')?.value) : globalVersion(runText(step))
  return version !== undefined && /^\d+(\.\d+){0,2}$/.test(version) ? version : undefined
}

const globalVersion = (script: string): string | undefined =>
  /\bnpm\s+(?:i|install|add)\s+(?:--global|-g)\s+["']?pnpm@\^?(\d+(?:\.\d+){0,2})\b/.exec(script)?.[1]

export function manifestAt(text: string | null): Record<string, unknown> | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // Whoever reads package.json for its own sake says so.
  }
}
