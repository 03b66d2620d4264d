import { expect, test } from 'vitest'
import { agentWords } from './agent-words.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/156.0 Safari/537.36`, 'Chrome on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64) ${webkit} Chrome/156.0 Safari/537.36 Edg/156.0`, 'Edge on Windows'],
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) ${webkit} Version/19 Safari/604.1`, 'Safari on an iPhone'],
  [`Mozilla/5.0 (Linux; Android 16) ${webkit} Chrome/156.0 Mobile Safari/537.36`, 'Chrome on Android'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on macOS'],
  ['curl/8', 'a browser'],
  [null, 'a browser'],
])('%s is %s', (agent, words) => expect(agentWords('browser', agent)).toBe(words))

test('a command is called what it calls itself', () => {
  expect(agentWords('command', 'gantry on laptop')).toBe('gantry on laptop')
})
