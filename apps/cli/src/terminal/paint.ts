import { styleText } from 'node:util'
import type { Host, Stream } from '../host.ts'

const styles = ['red', 'green', 'yellow', 'cyan', 'dim', 'bold'] as const
export type Style = (typeof styles)[number]
export type Painter = Record<Style, (text: string) => string>

/** Colours for one stream; none when it is no terminal or the person wants none (https://no-color.org). */
export function painter(stream: Pick<Stream, 'isTty'>, env: Host['env']): Painter {
  const isPlain = !stream.isTty || Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb'
  const paint = (style: Style) => (text: string) => (isPlain ? text : styleText(style, text, { validateStream: false }))
  return {
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
    dim: paint('dim'),
    bold: paint('bold'),
  }
}
