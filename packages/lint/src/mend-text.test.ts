import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mendText } from './mend-text.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-mend-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Step {
  run: string
  env?: Record<string, string>
}

const expressions = { title: 'github.event.issue.title', branch: 'github.head_ref' } as const
type Kind = keyof typeof expressions

const mend = (text: string) => mendText('.github/workflows/ci.yml', text, { read: () => null })
const stepOf = (text: string): Step => parse(text).jobs.a.steps[0]

/** What GitHub's runner does with a step: expressions become text, then the shell reads the script. */
function ran(step: Step, kind: Kind, value: string, shell = 'bash') {
  const filled = (text: string) => text.replaceAll(`\${{ ${expressions[kind]} }}`, value)
  const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(String(text))]))
  const { status, stdout, pid } = spawnSync(shell, ['-e', '-c', filled(step.run)], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/home/x', ...env },
    encoding: 'utf8',
    timeout: 20_000,
  })
  // `$$` is another each time.
  return { status, stdout: stdout.replaceAll(String(pid), 'pid') }
}

/** Every way a value meets the shell; `@` stands for the expression. */
const lines = [
  'echo "a @ b"',
  'echo @',
  'echo a@b @@',
  'for word in @; do echo "<$word>"; done',
  'for word in "@" b; do echo "<$word>"; done',
  '@ --version',
  "printf '<%s>' a @ b",
  `printf '<%s>' a "@" 'b'`,
  'word="@"; echo "$word"',
  'word=@\necho "$word"',
  'words=(@ "@")\necho "${#words[@]}"',
  `echo '@' "it's @"`,
  'echo "$(echo "@")" $(echo @)',
  'echo "$(case a in a) echo "@";; esac)"',
  'echo `echo "@"`',
  'cat <<END\n@ "@"\nEND',
  `cat <<'END'\n"@"\nEND`,
  'cat <<< "@"',
  'echo "\\@" "\\\\@" "$@" "$$@"',
  'echo "${HOME:-@}" "${NOTHING:-"@"}"',
  'if [ "@" = "a b" ]; then echo yes; fi',
  'if [ @ = a ]; then echo yes; else echo no; fi || true',
  'case "@" in *b*) echo has ;; esac',
  'case @ in *b*) echo has ;; esac || true',
  '[[ @ == *a* ]] && echo matched || echo not',
  '[[ "a.b" =~ ^"@"$ ]] && echo matched || echo not',
  '# @ "@"\necho commented # "@"',
  'export WORD=@; echo "$WORD"',
  'set -- @; echo $#',
  'set -- "@"; echo $# "$1"',
  'echo "@" | tr a-z A-Z',
  'show() { echo "$# $1"; }\nshow "@"\nshow @',
  '( echo "@" )',
  '{ echo "@"; } > /dev/null; echo "@"',
  'echo $\'@\' $"@"',
  'OUTSIDE_ISSUE_TITLE=mine; OUTSIDE_HEAD_REF=mine; echo "$OUTSIDE_ISSUE_TITLE $OUTSIDE_HEAD_REF @"',
  'env | grep -c OUTSIDE || true; echo "@"',
  'unset OUTSIDE_ISSUE_TITLE OUTSIDE_HEAD_REF; echo "@"',
  'IFS=a; echo "@"; echo @',
  'bash -c "echo @"',
  'eval "echo @"',
  'echo $((1 + ${#HOME})) "@"',
  'echo \\\n  @ "@"',
  'echo one @',
  'echo one "x@y" two',
  'echo ~/@ @/b',
  'echo {a,"@"}',
]

const line = fc.constantFrom(...lines)
/** Those that are mended while they are among themselves. */
const certain = fc.constantFrom(
  ...lines.filter(each =>
    /^(echo "a @ b"|for word in "@"|word="@"|if \[ "@"|\( echo|\{ echo|echo "@"|echo one "|echo "\$\(echo)/.test(each),
  ),
  'printf "%s|" "@" a',
  'git --version > /dev/null; echo "$(printf "%s" "@" | tr a b)"',
  'x=1; if [ -n "@" ]; then echo "@ $x"; else echo none; fi',
)
/** Anything at all, made of what gives a shell its meaning. */
const noise = fc
  .array(
    fc.constantFrom(
      '"',
      "'",
      ' ',
      '\n',
      '\\',
      '$',
      '(',
      ')',
      '{',
      '}',
      '#',
      'a',
      'echo ',
      '@',
      ';',
      '|',
      '&&',
      '`',
      '"@"',
      '!',
    ),
    {
      minLength: 3,
      maxLength: 14,
    },
  )
  .map(pieces => pieces.join(''))
const script = fc.oneof(
  { weight: 4, arbitrary: fc.array(certain, { minLength: 1, maxLength: 4 }).map(each => each.join('\n')) },
  { weight: 4, arbitrary: fc.array(line, { minLength: 1, maxLength: 3 }).map(each => each.join('\n')) },
  { weight: 1, arbitrary: fc.tuple(noise, line).map(([a, b]) => `${a}\n${b}`) },
  { weight: 1, arbitrary: fc.tuple(line, noise).map(([a, b]) => `${a}\n${b}`) },
)

/** Text without syntax of the shell: inside of double quotes that is all but four characters; in a branch's name less. */
const values: Record<Kind, fc.Arbitrary<string>> = {
  title: fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        ' ',
        '  ',
        '*',
        '~',
        "'",
        ';',
        '&',
        '|',
        '#',
        '(',
        ')',
        '{a,b}',
        '\n',
        '-n',
        '=',
        'é',
        '!',
        '?',
        '<',
      ),
      {
        maxLength: 8,
      },
    )
    .map(pieces => pieces.join('')),
  branch: fc
    .array(fc.constantFrom('a', 'b', '/', '.', '-', '_', '1', '+', '=', '@', 'é', '%', ','), {
      minLength: 1,
      maxLength: 8,
    })
    .map(pieces => pieces.join('')),
}

/** Ways a step may be written; `run` is the script in a block. */
const shapes: ((run: string) => string)[] = [
  run => `      - run: |\n${run}\n`,
  run => `      - name: x\n        run: |\n${run}\n`,
  run => `      - env:\n          A: 1\n        run: |\n${run}\n`,
  run => `      - env: # why\n          # more\n          A: 1\n        run: |\n${run}\n`,
  run => `      - env:\n        run: |\n${run}\n`,
  run => `      - env: {}\n        run: |\n${run}\n`,
  run => `      - env: { A: 1 }\n        run: |\n${run}\n`,
  run => `      - run: |\n${run}\n        env:\n          A: 1\n`,
  run => `      - run: |\n${run}\n        env:\n`,
  run => `      - run: |\n${run}\n        env: \${{ fromJSON(vars.ENV) }}\n`,
  run => `      - env: &shared\n          A: 1\n        run: |\n${run}\n      - env: *shared\n        run: echo 1\n`,
  run => `      - &step\n        run: |\n${run}\n      - *step\n`,
  run => `      - "run": |\n${run}\n`,
  run =>
    `      - env:\n          OUTSIDE_ISSUE_TITLE: mine\n          OUTSIDE_HEAD_REF: mine\n        run: |\n${run}\n`,
  run => `      - env:\n          outside_issue_title: mine\n        run: |\n${run}\n`,
]
const events: Record<Kind, string> = { title: 'issues', branch: 'pull_request' }

const workflow = fc.record({
  kind: fc.constantFrom<Kind>('title', 'branch'),
  script,
  shape: fc.constantFrom(...shapes),
  shell: fc.constantFrom('', '', 'sh', 'bash'),
  isWindows: fc.boolean(),
  env: fc.constantFrom('', '', 'env: { OTHER: 1 }\n', 'env: { OUTSIDE_ISSUE_TITLE: mine, OUTSIDE_HEAD_REF: mine }\n'),
})
type Given = typeof workflow extends fc.Arbitrary<infer T> ? T : never

function fileOf({ kind, script: given, shape, shell, isWindows, env }: Given): string {
  const run = given.replaceAll('@', `\${{ ${expressions[kind]} }}`).replace(/^(?=.)/gm, '          ')
  const defaults = shell === '' ? '' : `defaults: { run: { shell: ${shell} } }\n`
  const text = `on: ${events[kind]}\n${defaults}${env}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${shape(run)}`
  return isWindows ? text.replaceAll('\n', '\r\n') : text
}

/** What is left when the step of the script is taken out. */
function withoutStep(text: string): unknown {
  const file = parse(text)
  return { ...file, jobs: { a: { ...file.jobs.a, steps: file.jobs.a.steps.slice(1) } } }
}

const runs = Number(process.env['MEND_RUNS'] ?? 600)

describe('--fix', () => {
  it('leaves every script doing what it did, in bash and in sh', () => {
    let mendedCount = 0
    const holds = fc.property(workflow, values.title, values.branch, (given, title, branch) => {
      const before = fileOf(given)
      const after = mend(before).text
      if (after === before) return
      mendedCount += 1
      const value = given.kind === 'title' ? title : branch
      const shell = given.shell === 'sh' ? 'sh' : 'bash'
      expect(ran(stepOf(after), given.kind, value, shell)).toEqual(ran(stepOf(before), given.kind, value, shell))
    })
    fc.assert(holds, { numRuns: runs })
    expect(mendedCount).toBeGreaterThan(runs / 30)
  }, 600_000)

  it('changes the script and the variables of its step, and no other byte', () => {
    const holds = fc.property(workflow, given => {
      const before = fileOf(given)
      const after = mend(before).text
      if (after === before) return
      expect(withoutStep(after)).toEqual(withoutStep(before))
      const { run: _, env: was = {}, ...step } = stepOf(before)
      const { run, env = {}, ...mendedStep } = stepOf(after)
      expect(mendedStep).toEqual(step)
      expect(env).toMatchObject(was)
      const added = Object.keys(env).filter(name => !(name in was))
      expect(added).toEqual([given.kind === 'title' ? 'OUTSIDE_ISSUE_TITLE' : 'OUTSIDE_HEAD_REF'])
      expect(env[added[0] ?? '']).toBe(`\${{ ${expressions[given.kind]} }}`)
      // Every line it did not touch is there, with its own end.
      expect(after.includes('\r\n')).toBe(given.isWindows)
      expect(after.replaceAll('\r\n', '').includes(given.isWindows ? '\n' : '\r')).toBe(false)
      expect(run.includes('OUTSIDE_')).toBe(true)
      expect(mend(after).text).toBe(after)
    })
    fc.assert(holds, { numRuns: runs })
  }, 600_000)
})
