export type RunbookBlock = { kind: 'text'; text: string } | { kind: 'step'; index: number; text: string }

const stepLine = /^\s*[-*] \[[ xX]\] (.+)$/

/** A runbook in reading order: text, and its checkable steps, counted as core's runbookSteps counts them. */
export function runbookBlocks(markdown: string): RunbookBlock[] {
  const blocks: RunbookBlock[] = []
  let count = 0
  for (const line of markdown.split('\n')) {
    const last = blocks.at(-1)
    const step = stepLine.exec(line)?.[1]
    if (step !== undefined) blocks.push({ kind: 'step', index: count++, text: step })
    else if (last?.kind === 'step' && /^\s+\S/.test(line)) last.text += ` ${line.trim()}`
    else if (last?.kind === 'text') last.text += `\n${line}`
    else if (line.trim()) blocks.push({ kind: 'text', text: line })
  }
  return blocks
}

/** A step in plain words: its marks for code, links and weight are left out. */
export const plainStep = (text: string): string =>
  text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/(\*\*|__|`)(.+?)\1/g, '$2')
