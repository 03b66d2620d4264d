/** Texts of the checkable steps of a runbook (`- [ ] …`), in order: what `ticked` counts by index. */
export const runbookSteps = (markdown: string): string[] =>
  [...markdown.matchAll(/^\s*[-*] \[[ xX]\] (.+)$/gm)].map(([, text = '']) => text)
