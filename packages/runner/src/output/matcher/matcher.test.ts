import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { runText, testMachine } from '../../testing/test-machine.ts'
import { ProblemFinder } from './find-problems.ts'
import { readProblemMatchers } from './problem-matcher.ts'
import { toolkitMatchers } from './toolkit-matchers.ts'

const file = (...matchers: object[]): string => JSON.stringify({ problemMatcher: matchers })
const one = (pattern: object, more: object = {}): string =>
  file({ owner: 'o', pattern: [{ regexp: '(.)', message: 1, ...pattern }], ...more })

describe('a file of problem matchers', () => {
  test.each([
    ['{', 'expected JSON'],
    ['{}', '"problemMatcher" to be a list'],
    [file({ pattern: [] }), 'to have an "owner"'],
    [file({ owner: 'o' }), 'expected "o" to have a pattern'],
    [file({ owner: 'o', pattern: [] }), 'expected "o" to have a pattern'],
    [file({ owner: 'o', pattern: [{ message: 1 }] }), 'to have a "regexp"'],
    [one({ regexp: '(' }), 'expected a regular expression for "o"'],
    [one({ message: 2 }), '"message" of "o" to be a group below 2, got 2'],
    [one({ message: '1' }), 'got "1"'],
    [one({ file: -1 }), '"file" of "o" to be a group below 2'],
    [one({ message: null }), 'to set "message", got none'],
    [one({ loop: true }), 'only the last of several patterns of "o" to loop'],
    [one({}, { severity: 'fatal' }), 'got "fatal"'],
    [
      file({
        owner: 'o',
        pattern: [
          { regexp: '(a)', message: 1 },
          { regexp: '(b)', message: 1 },
        ],
      }),
      'to set "message" once',
    ],
    [file({ owner: 'o', pattern: [{ regexp: 'a' }, { regexp: '(b)', line: 1, loop: true }] }), 'to set "message"'],
    [
      file(...['A', 'a'].map(owner => ({ owner, pattern: [{ regexp: 'x', message: 0 }] }))),
      'every owner once, got "a" again',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => readProblemMatchers(text)).toThrow(message)
  })

  test('may begin with a byte order mark; group 0 is the whole line', () => {
    const finder = finderOf(`\uFEFF${one({ message: 0, regexp: 'x.*' })}`)
    expect(finder.find('an xyz')).toEqual({ level: 'failure', message: 'xyz' })
  })
})

function finderOf(text: string): ProblemFinder {
  const matchers = readProblemMatchers(text)
  return new ProblemFinder(() => matchers)
}

describe('problems in output', () => {
  const stylish = new ProblemFinder(toolkitMatchers)

  test.each([
    [
      'src/a.ts(3,7): error TS2322: Not a string.',
      { file: 'src/a.ts', line: '3', column: '7', code: 'TS2322', level: 'failure', message: 'Not a string.' },
    ],
    ['  1>src/a.ts(3): warning C4: hm', { file: 'src/a.ts', line: '3', code: 'C4', level: 'warning', message: 'hm' }],
    [
      '/x/a.js: line 3, col 7, Warning - Missing. (semi)',
      { file: '/x/a.js', line: '3', column: '7', code: 'semi', level: 'warning', message: 'Missing.' },
    ],
    ['src/a.ts(3,7): info TS1: not one', undefined],
    ['all is well', undefined],
  ])('tsc and eslint-compact: %s', (line, problem) => {
    const found = stylish.find(line)
    if (problem === undefined) expect(found).toBe(undefined)
    else expect(found).toMatchObject(problem)
  })

  test('eslint-stylish: one file, several lines, until a line is none', () => {
    const lines = [
      '/w/a.js',
      '  1:2  error  Bad thing  no-bad',
      '  3:4  warning  Odd  no-odd',
      '',
      '/w/b.js',
      '  5:6  error  Worse  no-worse',
      '✖ 3 problems',
      '  7:8  error  Loose  x',
    ]
    const found = lines.map(line => stylish.find(line)).filter(problem => problem !== undefined)
    expect(
      found.map(({ file: path, line, column, level, message, code }) => [path, line, column, level, message, code]),
    ).toEqual([
      ['/w/a.js', '1', '2', 'failure', 'Bad thing', 'no-bad'],
      ['/w/a.js', '3', '4', 'warning', 'Odd', 'no-odd'],
      ['/w/b.js', '5', '6', 'failure', 'Worse', 'no-worse'],
      ['✖ 3 problems', '7', '8', 'failure', 'Loose', 'x'],
    ])
  })

  test('several lines without a loop are one problem each; the default severity fills in', () => {
    const finder = finderOf(
      file({
        owner: 'o',
        severity: 'notice',
        pattern: [
          { regexp: '^in (\\S+)$', file: 1 },
          { regexp: '^at (\\d+)$', line: 1 },
          { regexp: '^(.+)!$', message: 1 },
        ],
      }),
    )
    const found = [
      'in a',
      'at 3',
      'first!',
      'second!',
      'in b',
      'nothing',
      'at 4',
      'third!',
      'in c',
      'at 5',
      'fourth!',
    ].map(line => finder.find(line))
    expect(found.filter(problem => problem !== undefined)).toEqual([
      { file: 'a', line: '3', level: 'notice', message: 'first' },
      { file: 'c', line: '5', level: 'notice', message: 'fourth' },
    ])
  })

  test('a match of one matcher ends what others have begun', () => {
    const two = { owner: 'two', pattern: [{ regexp: '^begin$' }, { regexp: '^(end)$', message: 1 }] }
    const finder = finderOf(file({ owner: 'single', pattern: [{ regexp: '^(mid)$', message: 1 }] }, two))
    expect(['begin', 'mid', 'end'].map(line => finder.find(line)?.message)).toEqual([undefined, 'mid', undefined])
  })

  test.each(['^(a+)+$', '^(a|a)*$', '^(.*a){25}$', '(a*)*b', '\\s*a\\s*a\\s*a\\s*a\\s*a\\s*a\\s*b'])(
    '%s is no trap for a line of 60,000 letters',
    regexp => {
      const finder = finderOf(one({ regexp: `(?:${regexp})()` }))
      // An engine that tries again and again would not be back within this test's time, nor within the year.
      finder.find(`${'a'.repeat(60_000)}!`)
    },
  )

  test('patterns that take too long are given up for the step, and the log says so once', () => {
    let clockMs = 0
    const matchers = readProblemMatchers(one({}))
    const finder = new ProblemFinder(
      () => matchers,
      () => (clockMs += 700),
    )
    const said = Array.from({ length: 7 }, () => finder.find('x')?.message)
    expect(said.slice(0, 4)).toEqual(['x', 'x', 'x', 'x'])
    expect(said.slice(4)).toEqual([
      'problem matchers took more than 3 s in this step and are not asked any more',
      undefined,
      undefined,
    ])
  })
})

describe('problem matchers of a job', () => {
  const files = {
    'm.json': file({
      owner: 'mine',
      pattern: [
        { regexp: '^(\\w+):(\\S+):(\\d+):(\\S*) (.*)$', severity: 1, file: 2, line: 3, fromPath: 4, message: 5 },
      ],
    }),
    'broken.json': '{"problemMatcher":[{}]}',
    'src/a.c': '',
    'lib/b.c': '',
    'inner/.git/config': '',
    'inner/src/c.c': '',
  }
  const run = (script: string): ReturnType<typeof runText> =>
    runText(
      oneJob(`- uses: actions/checkout@v4\n- run: |\n    ${script.replaceAll('\n', '\n    ')}`),
      testMachine({ files, secrets: () => ({ S: 'hush-hush' }) }),
    )

  test('turn lines into annotations at their place, and show them as what they are', async () => {
    const { log, job } = await run(`echo "::add-matcher::m.json"
printf '\\033[31merror\\033[0m:src/a.c:3: coloured\\n'
echo "warning:$PWD/src/a.c:4: whole path"
echo "error:b.c:5:lib/x.proj beside"
echo "error:inner/src/c.c:6: hush-hush"
echo "error:none.c:7: gone"
echo "error:../../etc/passwd:8: outside"
echo "fine:src/a.c:9: other severity"
echo "::remove-matcher owner=MINE::"
echo "error:src/a.c:10: removed"`)
    expect(job('a').conclusion).toBe('success')
    expect(job('a').annotations).toEqual([
      { level: 'failure', message: 'coloured', file: 'src/a.c', line: 3, step: 2 },
      { level: 'warning', message: 'whole path', file: 'src/a.c', line: 4, step: 2 },
      { level: 'failure', message: 'beside', file: 'lib/b.c', line: 5, step: 2 },
      { level: 'failure', message: '***', file: 'src/c.c', line: 6, step: 2 },
      { level: 'failure', message: 'gone', line: 7, step: 2 },
      { level: 'failure', message: 'outside', line: 8, step: 2 },
    ])
    expect(log).toContain('##[error]error:src/a.c:3: coloured\n##[warning]warning:')
    expect(log).toContain('\nfine:src/a.c:9: other severity\nerror:src/a.c:10: removed')
  })

  test('stay for later steps, see output between stopped commands, and go with their file', async () => {
    const { job } = await runText(
      oneJob(`- uses: actions/checkout@v4
- run: echo "::add-matcher::m.json"
- run: |
    echo "::stop-commands::t"; echo "error:src/a.c:1: one"; echo "::error::none"; echo "::t::"
- run: |
    echo "::remove-matcher::m.json"; echo "error:src/a.c:2: two"`),
      testMachine({ files }),
    )
    expect(job('a').annotations.map(({ step, message }) => [step, message])).toEqual([[3, 'one']])
  })

  test.each([
    ['::add-matcher::none.json', 'problem matchers none.json: ENOENT'],
    ['::add-matcher::broken.json', 'problem matchers broken.json: expected every matcher to have an "owner"'],
    ['::add-matcher::', 'expected a file, got none'],
    ['::remove-matcher::', 'expected a file, got none'],
  ])('%s fails the step', async (command, message) => {
    const { job } = await run(`echo "${command}"`)
    expect(job('a')).toMatchObject({
      conclusion: 'failure',
      annotations: [{ message: expect.stringContaining(message) }],
    })
  })

  test.each(['a(?=b)', '(?<!a)b', '(a)\\1'])(
    'with %s are left out with a warning, and the step goes on',
    async regexp => {
      const { log, job } = await runText(
        oneJob(`- uses: actions/checkout@v4\n- run: echo "::add-matcher::s.json"; echo after`),
        testMachine({ files: { 's.json': one({ regexp, message: 0 }) } }),
      )
      expect(job('a').conclusion).toBe('success')
      expect(job('a').annotations).toMatchObject([
        { level: 'warning', message: expect.stringContaining(`s.json are left out: RE2 cannot read ${regexp}`) },
      ])
      expect(log).toContain('after')
    },
  )

  test('those of TypeScript and ESLint come with actions/setup-node', async () => {
    const { job } = await runText(
      oneJob(`- uses: actions/checkout@v4
- uses: actions/setup-node@v4
- run: echo "src/a.c(3,7)":" error TS2322":" Not a string."; exit 1`),
      testMachine({ files }),
    )
    expect(job('a').annotations).toEqual([
      { level: 'failure', message: 'Not a string.', file: 'src/a.c', line: 3, column: 7, step: 3 },
      { level: 'failure', message: 'Process completed with exit code 1.', step: 3 },
    ])
  })

  test('annotations above the limits are counted and said once', async () => {
    const many = (count: number, level: string): string => `for i in $(seq ${count}); do echo "::${level}::n$i"; done`
    const steps = [`- run: ${JSON.stringify(`${many(14, 'error')}; ${many(11, 'warning')}; ${many(10, 'notice')}`)}`]
    for (let i = 0; i < 5; i += 1) steps.push(`- run: ${JSON.stringify(many(10, 'notice'))}`)
    const { log, job } = await runText(oneJob(steps.join('\n')))
    expect(job('a').annotations).toHaveLength(50)
    expect(job('a').annotations.filter(({ step, level }) => step === 1 && level === 'failure')).toHaveLength(10)
    expect(log.split('\n').filter(line => line.includes('in this output only'))).toEqual([
      expect.stringMatching(/^##\[warning\]expected at most 10 annotations .* 50 in a job, got 5 more/),
      ...[10, 10, 10].map(count => expect.stringContaining(`got ${count} more`)),
    ])
  })
})
