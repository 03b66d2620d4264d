import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const light = tokensIn(/:root \{([^}]*)\}/)
const dark = tokensIn(/\[data-theme="dark"\] \{([^}]*)\}/)
const roles = ['ok', 'warn', 'bad', 'waiting', 'unknown']
const grounds = ['--page', '--surface', '--raised', '--sunken']

test.each([
  ['light', light],
  ['dark', dark],
])('every pair of text and ground can be read, %s', (_, tokens) => {
  const worst = (names: string[], on: string[]) =>
    Math.min(...names.flatMap(name => on.map(ground => contrast(tokens[name], tokens[ground]))))
  expect(worst(['--text', '--muted', '--accent'], grounds)).toBeGreaterThanOrEqual(4.5)
  for (const role of roles) {
    const tint = `--${role}-tint`
    expect([role, worst([`--${role}`], [...grounds, tint]) >= 4.5]).toEqual([role, true])
    expect([role, worst(['--text', '--muted'], [tint]) >= 4.5]).toEqual([role, true])
    expect([role, contrast('#ffffff', tokens[`--${role}-solid`]) >= 4.5]).toEqual([role, true])
  }
  const series = [1, 2, 3, 4, 5].map(number => `--series-${number}`)
  expect(worst(series, ['--page', '--surface', '--raised'])).toBeGreaterThanOrEqual(3)
  expect(worst(['--control'], ['--page', '--surface', '--raised'])).toBeGreaterThanOrEqual(3)
})

test('the system theme and the chosen one are the same', () => {
  expect(tokensIn(/:root:not\(\[data-theme="light"\]\) \{([^}]*)\}/)).toEqual(dark)
})

function tokensIn(block: RegExp): Record<string, string> {
  const body = block.exec(css)?.[1] ?? ''
  return Object.fromEntries([...body.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]))
}

function contrast(a = '', b = ''): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
