const step = /^\s*[-*] \[[ xX]\] (.+)$/gm

/** Texts of the checkable steps, in order: what `ticked` counts by index (as core's runbookSteps does). */
export const runbookSteps = (markdown: string): string[] => [...markdown.matchAll(step)].map(([, text = '']) => text)

/** The rest of a runbook, once its steps are shown as boxes. */
export const withoutSteps = (markdown: string): string => markdown.replaceAll(step, '').replaceAll(/\n{3,}/g, '\n\n').trim()
