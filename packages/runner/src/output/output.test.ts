import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommandFile } from '../step/parse-command-file.ts'
import { LineSplitter } from './line-splitter.ts'
import { Masker } from './masker.ts'
import { parseWorkflowCommand } from './workflow-command.ts'

describe('masking', () => {
  test('overlapping secrets leave nothing of either', () => {
    const masker = new Masker()
    masker.add('abcd')
    masker.add('cdef')
    masker.add('  ')
    expect(masker.mask('xabcdefx abcd')).toBe('x***x ***')
    expect(masker.mask('plain')).toBe('plain')
    expect(masker.longest).toBeGreaterThanOrEqual(4)
  })

  test('knows base64 at every offset, URL and JSON spelling', () => {
    const masker = new Masker()
    masker.add('pass"word & more')
    const leaks = [0, 1, 2].map(shift => Buffer.from(`${'x'.repeat(shift)}pass"word & more`).toString('base64'))
    for (const leak of [...leaks, encodeURIComponent('pass"word & more'), JSON.stringify({ a: 'pass"word & more' })]) {
      expect(masker.mask(leak)).toContain('***')
    }
  })

  test('knows what base64 and openssl cut into lines, base64 of URLs, and hexadecimal', () => {
    const secret = `key>>?${'0123456789'.repeat(12)}`
    const masker = new Masker()
    masker.add(secret)
    const base64 = Buffer.from(secret).toString('base64')
    const lines = [...(base64.match(/.{1,76}/g) ?? []), ...(base64.match(/.{1,64}/g) ?? [])]
    const hex = Buffer.from(secret).toString('hex')
    for (const leak of [...lines, Buffer.from(secret).toString('base64url'), hex, hex.toUpperCase()])
      expect(masker.mask(leak).replaceAll('*', '').length).toBeLessThan(4)
  })

  test('short lines of a long secret, and JSON that is none, are left alone', () => {
    const masker = new Masker()
    masker.add('{\nlong enough\n}')
    masker.add('{"n": 1, "list": ["in-a-list"]}')
    expect(masker.mask('{ long enough } in-a-list')).toBe('{ *** } ***')
  })

  test('no secret survives, wherever it stands (property)', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 12 })
      .filter(text => text.trim().length >= 4 && !text.includes('*'))
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          const masker = new Masker()
          for (const each of secrets) masker.add(each)
          for (const each of secrets) expect(masker.mask(before + each + after)).not.toContain(each)
        },
      ),
    )
  })
})

describe('lines', () => {
  const split = (chunks: Buffer[], overlap = 0): string[] => {
    const lines: string[] = []
    const splitter = new LineSplitter(
      line => lines.push(line),
      () => overlap,
    )
    for (const chunk of chunks) splitter.write(chunk)
    splitter.end()
    return lines
  }

  test('come whole whatever the chunks, also amid a letter (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter(text => !/[\r\n]/.test(text))),
        fc.nat(7),
        (lines, size) => {
          const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
          const chunks = Array.from({ length: Math.ceil(bytes.length / (size + 1)) }, (_, i) =>
            bytes.subarray(i * (size + 1), (i + 1) * (size + 1)),
          )
          expect(split(chunks)).toEqual(lines)
        },
      ),
    )
  })

  test('lose their carriage return, keep their last piece, and are cut when endless', () => {
    expect(split([Buffer.from('a\r\nb')])).toEqual(['a', 'b'])
    const lines = split([Buffer.alloc(1_500_000, 'x'), Buffer.from('tail')], 10)
    expect(lines.map(({ length }) => length)).toEqual([1_499_990, 14])
  })
})

describe('workflow commands', () => {
  test.each([
    ['::warning file=a,line=1::b', { name: 'warning', properties: { file: 'a', line: '1' }, value: 'b' }],
    ['  ::Group::x', { name: 'group', properties: {}, value: 'x' }],
    ['::add-mask::a::b', { name: 'add-mask', properties: {}, value: 'a::b' }],
    ['::error title=a%3Ab%2Cc::%25 100%0A', { name: 'error', properties: { title: 'a:b,c' }, value: '% 100\n' }],
    ['##[set-output name=a%3Bb;]v%5D', { name: 'set-output', properties: { name: 'a;b' }, value: 'v]' }],
    ['::error', undefined],
    ['text ::error::', undefined],
    ['::1::', undefined],
    ['##[]', undefined],
  ])('%s', (line, command) => {
    expect(parseWorkflowCommand(line)).toEqual(command)
  })
})

describe('command files', () => {
  test('whichever of = and << comes first decides', () => {
    expect(parseCommandFile('A=b<<c\nB<<E=F\nx\nE=F\n\r\nC=\n')).toEqual([
      { name: 'A', value: 'b<<c' },
      { name: 'B', value: 'x' },
      { name: 'C', value: '' },
    ])
  })

  test.each(['A<<\nx\n', 'A<<E\nE2\n', 'word', '=x', '<<E\nE'])('refuses %j', text => {
    expect(() => parseCommandFile(text)).toThrow('expected')
  })

  test('any value comes back as it was (property)', () => {
    const value = fc.string().filter(text => !/[\r]/.test(text) && !text.split('\n').includes('DELIM'))
    fc.assert(
      fc.property(value, text => {
        expect(parseCommandFile(`N<<DELIM\n${text}\nDELIM\n`)).toEqual([{ name: 'N', value: text }])
      }),
    )
  })
})
