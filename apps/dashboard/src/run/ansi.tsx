import anser from 'anser'
import type { ReactNode } from 'react'

const tones: Record<string, string> = {
  red: 'text-bad',
  green: 'text-ok',
  yellow: 'text-warn',
  blue: 'text-waiting',
  magenta: 'text-accent',
  cyan: 'text-accent',
}

/** A line as its program coloured it, in our colours. Text stays text: React escapes it. */
export function ansi(text: string): ReactNode {
  const shown = text.includes('\r') ? (text.replace(/\r+$/, '').split('\r').at(-1) ?? '') : text
  const command =
    /^(?:##\[(error|warning|group|endgroup|command|notice)\]|::(error|warning|notice|group)[^:]*::)(.*)$/.exec(shown)
  if (command) return <span className={commandTones[command[1] ?? command[2] ?? ''] ?? 'text-muted'}>{command[3]}</span>
  if (!shown.includes('\x1b')) return shown
  return anser.ansiToJson(shown, { use_classes: true, remove_empty: true }).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line never move
    <span key={index} className={classOf(part.fg, part.decorations)}>
      {part.content}
    </span>
  ))
}

const commandTones: Record<string, string> = {
  error: 'font-semibold text-bad',
  warning: 'text-warn',
  command: 'text-accent',
  group: 'font-semibold',
}

function classOf(fg: string | null, decorations: readonly string[]): string {
  const tone = tones[fg?.replace(/^ansi-(bright-)?/, '') ?? ''] ?? ''
  const weight = decorations.includes('bold') ? 'font-semibold' : ''
  const faded = decorations.includes('dim') ? 'text-muted' : ''
  return `${tone} ${weight} ${tone ? '' : faded}`
}
