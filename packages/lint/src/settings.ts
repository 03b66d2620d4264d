import type { Severity } from './severity.ts'

/** What a repository decided about the rules. */
export interface LintSettings {
  rules: Readonly<Record<string, 'off' | Severity>>
  /** `owner/name`, or `owner/*`: actions whose tags need no pin. */
  trustedActions: readonly string[]
}

export const isOff = (settings: LintSettings | undefined, rule: string): boolean => settings?.rules[rule] === 'off'

export const severityOf = (settings: LintSettings | undefined, rule: string, usual: Severity): Severity => {
  const decided = settings?.rules[rule]
  return decided === undefined || decided === 'off' ? usual : decided
}

/** `repository` is `owner/name` in lower case. */
export const isTrusted = (settings: LintSettings | undefined, repository: string): boolean =>
  (settings?.trustedActions ?? []).some(pattern => {
    const wanted = pattern.toLowerCase()
    return wanted.endsWith('/*') ? repository.startsWith(wanted.slice(0, -1)) : repository === wanted
  })
