import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { runText, testMachine } from '../testing/test-machine.ts'
import { knownActions } from './built-in-names.ts'
import { builtinActions } from './index.ts'
import { ownPnpm, pnpmInsteadOf } from './own-pnpm.ts'

test('the names a file may use are the actions there are, one file each', () => {
  expect(builtinActions.map(({ uses }) => uses).toSorted()).toEqual([...knownActions])
  const files = builtinActions.map(({ uses }) => (uses.startsWith('actions/') ? uses.slice(8) : uses.replace('/', '-')))
  for (const file of files) expect(existsSync(join(import.meta.dirname, `${file}.ts`))).toBe(true)
})

describe('actions/checkout', () => {
  const files = { 'a.txt': 'A', 'sub/b.txt': 'B' }

  test('empties the workspace and fills it from the source of the machine', async () => {
    const asked: unknown[] = []
    const machine = testMachine({ files })
    const { checkout } = machine.source
    machine.source.checkout = async (dest, ref) => {
      asked.push(ref)
      await checkout(dest, ref)
    }
    const { log, run } = await runText(
      oneJob(
        '- run: touch old\n- uses: actions/checkout@v4\n  with: { fetch-depth: 0, persist-credentials: false }\n- uses: actions/checkout@v4\n  with: { path: inner, ref: other }\n- run: ls; ls inner',
      ),
      machine,
    )
    expect(run.conclusion).toBe('success')
    expect(asked).toEqual([
      { sha: '0123456789abcdef0123456789abcdef01234567', ref: 'refs/heads/main', fetchDepth: 0 },
      { sha: 'other', fetchDepth: 1 },
    ])
    expect(log).toContain('a.txt\ninner\nsub\na.txt\nsub')
  })

  test.each([
    ['another repository', 'repository: other/one', 'expected repository to be this one (acme/site)'],
    ['a path outside the workspace', 'path: ../up', 'inside the workspace'],
  ])('refuses %s', async (_, input, message) => {
    const { job } = await runText(oneJob(`- uses: actions/checkout@v4\n  with: { ${input} }`), testMachine({ files }))
    expect(job('a').annotations[0]?.message).toContain(message)
    expect(job('a').conclusion).toBe('failure')
  })

  test('warns of what it does not do and of inputs it does not know', async () => {
    const { job } = await runText(
      oneJob('- uses: actions/checkout@v4\n  with: { submodules: true, ferch-depth: 1 }'),
      testMachine({ files }),
    )
    expect(job('a').annotations.map(({ level }) => level)).toEqual(['warning', 'warning'])
    expect(job('a').conclusion).toBe('success')
  })
})

describe('artifacts', () => {
  test('go from job to job by name, by pattern, and all together', async () => {
    const { log, run } = await runText(`
on: push
jobs:
  make:
    runs-on: x
    steps:
      - run: mkdir -p out/deep; echo one > out/1.txt; echo two > out/deep/2.txt; echo .h > out/.hidden; echo solo > solo.txt
      - { id: up, uses: actions/upload-artifact@v4, with: { name: web-a, path: out, retention-days: 3 } }
      - { uses: actions/upload-artifact@v4, with: { name: web-b, path: solo.txt } }
      - uses: actions/upload-artifact@v4
        with: { name: both, path: "out/**/*.txt\\nsolo.txt\\n!out/1.txt" , include-hidden-files: true }
      - run: echo "digest \${{ steps.up.outputs.artifact-digest }}"
  use:
    needs: make
    runs-on: x
    steps:
      - { uses: actions/download-artifact@v4, with: { name: web-a, path: here } }
      - { uses: actions/download-artifact@v4, with: { pattern: 'web-*', path: all } }
      - { uses: actions/download-artifact@v4, with: { pattern: 'web-*', merge-multiple: true, path: merged } }
      - { id: d, uses: actions/download-artifact@v4, with: { path: every } }
      - run: find . -type f | sort; echo "\${{ steps.d.outputs.download-path }}"
`)
    expect(run.conclusion).toBe('success')
    expect(log).toMatch(/digest [0-9a-f]{64}/)
    const found = log.split('\n').filter(line => line.startsWith('./'))
    expect(found).toEqual([
      './all/web-a/1.txt',
      './all/web-a/deep/2.txt',
      './all/web-b/solo.txt',
      './every/both/out/deep/2.txt',
      './every/both/solo.txt',
      './every/web-a/1.txt',
      './every/web-a/deep/2.txt',
      './every/web-b/solo.txt',
      './here/1.txt',
      './here/deep/2.txt',
      './merged/1.txt',
      './merged/deep/2.txt',
      './merged/solo.txt',
    ])
  })

  test.each([
    [
      'a name used twice',
      '- run: touch a\n- uses: actions/upload-artifact@v4\n  with: { path: a }\n- uses: actions/upload-artifact@v4\n  with: { path: a }',
      'expected a new artifact name',
    ],
    [
      'a bad name',
      '- uses: actions/upload-artifact@v4\n  with: { name: a/b, path: a }',
      'expected an artifact name without',
    ],
    ['no path', '- uses: actions/upload-artifact@v4', 'to have a "path"'],
    [
      'no files, when that is an error',
      '- uses: actions/upload-artifact@v4\n  with: { path: "nope/*", if-no-files-found: error }',
      'expected files at nope/*',
    ],
    [
      'an artifact that is not there',
      '- uses: actions/download-artifact@v4\n  with: { name: nope }',
      'expected one of the artifacts (none)',
    ],
  ])('refuse %s', async (_, steps, message) => {
    const { job } = await runText(oneJob(steps))
    expect(job('a').conclusion).toBe('failure')
    expect(job('a').annotations[0]?.message).toContain(message)
  })

  test('may be overwritten when asked, and no files is a warning or nothing', async () => {
    const up = (inputs: string): string => `- uses: actions/upload-artifact@v4\n  with: { ${inputs} }`
    const steps = [
      `- run: touch a`,
      up('path: a'),
      up('path: a, overwrite: true'),
      up('name: n, path: none'),
      up('name: m, path: none, if-no-files-found: ignore'),
    ]
    const { job } = await runText(oneJob(steps.join('\n')))
    expect(job('a').conclusion).toBe('success')
    expect(job('a').annotations).toMatchObject([{ level: 'warning', step: 4 }])
  })
})

describe('npm install --global pnpm', () => {
  test('of a version that Gantry has itself costs nothing', async () => {
    const { version } = ownPnpm()
    const { log } = await runText(
      oneJob(`- run: npm install --global pnpm@${version}\n- run: command -v pnpm; pnpm --version`),
    )
    expect(log).toContain(`pnpm ${version} is here already`)
    expect(log.endsWith(version)).toBe(true)
  })

  test.each([
    ['npm i -g pnpm@12', true],
    ["npm install 'pnpm@12' -g", false],
    ['npm install pnpm@^12.0 --global', true],
    ['npm install --global "pnpm@12"', false],
    ['npm install --global pnpm@8', false],
    ['npm install --global pnpm@latest', false],
    ['npm install --global pnpm@12 && echo', false],
    ['npm ci', false],
  ])('%s', (script, isOwn) => {
    expect(pnpmInsteadOf(script) !== undefined).toBe(isOwn)
  })

  test('npm installs global things into the job, not the machine', async () => {
    const { log } = await runText(oneJob('- run: npm prefix --global'), testMachine())
    expect(log).toMatch(/\/a-[0-9a-f]{12}\/npm$/)
  })
})

describe('local actions', () => {
  const files = {
    'act/action.yml': `
name: mine
inputs: { who: { default: "\${{ github.actor }}" }, Loud: { required: false } }
outputs: { said: { value: "\${{ steps.s.outputs.said }}" } }
runs:
  using: composite
  steps:
    - { id: s, shell: bash, run: 'echo "said=hi \${{ inputs.who }}\${{ inputs.loud }}" >> $GITHUB_OUTPUT; echo "outer=$OUTER path=$GITHUB_ACTION_PATH"; echo KEPT=1 >> $GITHUB_ENV' }
    - { uses: ./inner, if: "inputs.loud == '!'" }
`,
    'inner/action.yaml':
      "runs: { using: composite, steps: [{ run: 'echo inner $OUTER in=${{ inputs.who }}; exit 4', shell: sh }] }",
    'loop/action.yml': 'runs: { using: composite, steps: [{ uses: ./loop }] }',
    'bare/action.yml': 'runs: { using: composite, steps: [{ run: a }] }',
    'docker/action.yml': 'runs: { using: docker, image: Dockerfile }',
    'remote/action.yml': 'runs: { using: composite, steps: [{ uses: who/knows@v1 }] }',
    'wrong/action.yml': 'name: x',
    'nomain/action.yml': 'runs: { using: node24 }',
    'js/action.yml':
      'name: js\ninputs: { "my name": {} }\nruns: { using: node20, pre: pre.js, main: main.js, post: post.js }',
    'js/pre.js': 'console.log("pre")',
    'js/main.js':
      'const fs = require("fs"); console.log("main", process.env["INPUT_MY_NAME"]); fs.appendFileSync(process.env.GITHUB_STATE, "k=v\\n")',
    'js/post.js': 'console.log("post", process.env.STATE_k); if (process.env.POST_FAILS) process.exit(5)',
  }
  const after = (steps: string): string => oneJob(`- uses: actions/checkout@v4\n${steps}`)

  test('composite ones have inputs and outputs of their own, the env of their step, and may change that of the job', async () => {
    const { log, run } = await runText(
      after(
        '- id: m\n  uses: ./act\n  with: { loud: "?", extra: 1 }\n  env: { OUTER: o }\n- run: echo "${{ steps.m.outputs.said }} kept=$KEPT outer=$OUTER steps=${{ steps.s }}"',
      ),
      testMachine({ files }),
    )
    expect(run.conclusion).toBe('success')
    expect(log).toMatch(/outer=o path=\/.*\/work\/act/)
    expect(log).toContain('hi ada? kept=1 outer= steps=')
    expect(log).toContain('##[warning]expected inputs of ./act, got "extra"')
  })

  test('a failing step inside fails the step outside, once', async () => {
    const { log, job } = await runText(
      after('- uses: ./act\n  with: { Loud: "!" }\n  env: { OUTER: o }'),
      testMachine({ files }),
    )
    expect(log).toContain('inner o in=')
    expect(job('a').annotations.filter(({ level }) => level === 'failure')).toHaveLength(1)
    expect(job('a').conclusion).toBe('failure')
  })

  test.each([
    ['loop', 'at most 10 deep'],
    ['bare', 'to have "shell"'],
    ['docker', 'expected runs.using to be composite or node24, got "docker"'],
    ['remote', 'got none: it is not in /'],
    ['wrong', 'to have "runs"'],
    ['nomain', 'to have "main"'],
    ['nowhere', 'is there an actions/checkout step before it?'],
  ])('./%s is refused with the reason', async (name, message) => {
    const { job } = await runText(after(`- uses: ./${name}`), testMachine({ files }))
    expect(job('a').annotations[0]?.message).toContain(message)
  })

  test('programs for Node run before, at and after their step', async () => {
    const { log, job } = await runText(
      after('- uses: ./js\n  with: { "my name": Ada }\n- run: echo between; exit 1'),
      testMachine({ files }),
    )
    expect(log).toMatch(/pre\nmain Ada\nbetween\n[\s\S]*post v$/)
    expect(job('a').steps.at(-1)).toMatchObject({ name: 'Post Run ./js', conclusion: 'success' })
    const failing = await runText(after('- uses: ./js\n  env: { POST_FAILS: 1 }'), testMachine({ files }))
    expect(failing.job('a').conclusion).toBe('failure')
  })

  test.each([
    ['success()', 'exit 1', ''],
    ['success()', 'true', 'post'],
    ['failure()', 'exit 1', 'post'],
    ["env.KEEP == 'yes' || failure()", 'echo KEEP=yes >> $GITHUB_ENV', 'post'],
    ["env.KEEP == 'yes'", 'true', ''],
  ])('with post-if: %s, after %s, the post step says "%s"', async (condition, script, said) => {
    const act = `name: js\nruns: { using: node24, pre: p.js, pre-if: "false", main: m.js, post: p.js, post-if: "${condition}" }`
    const machine = testMachine({ files: { 'js/action.yml': act, 'js/m.js': '', 'js/p.js': 'console.log("post")' } })
    const { log } = await runText(after(`- uses: ./js\n- run: ${script}`), machine)
    expect(
      log
        .split('\n')
        .filter(line => line === 'post')
        .join(),
    ).toBe(said)
  })

  test('a condition of an action that is none is refused', async () => {
    const act = 'name: js\nruns: { using: node24, main: m.js, post: p.js, post-if: "nope(" }'
    const { job } = await runText(after('- uses: ./js'), testMachine({ files: { 'js/action.yml': act } }))
    expect(job('a').annotations[0]?.message).toContain('expected an expression over')
  })

  test('a stopped step stops the steps inside', async () => {
    const slow = {
      'slow/action.yml':
        "runs: { using: composite, steps: [{ run: exec sleep 20, shell: bash }, { run: 'echo never', shell: bash }] }",
    }
    const { log, job } = await runText(after('- uses: ./slow\n  timeout-minutes: 0.004'), testMachine({ files: slow }))
    expect(job('a').conclusion).toBe('failure')
    expect(log).not.toContain('never')
  })
})

test('hashFiles hashes the workspace, and nothing when nothing matches', async () => {
  const files = { 'a.lock': 'a', 'sub/b.lock': 'b', 'sub/c.txt': 'c' }
  const { log } = await runText(
    oneJob(
      "- uses: actions/checkout@v4\n- run: echo \"${{ hashFiles('**/*.lock') }} ${{ hashFiles('**', '!**/c.txt') == hashFiles('**/*.lock') }} [${{ hashFiles('none', '/etc/hostname') }}]\"",
    ),
    testMachine({ files }),
  )
  expect(log).toMatch(/[0-9a-f]{64} true \[\]/)
})

describe('actions/checkout with lfs', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n'
  const text = oneJob('- uses: actions/checkout@v4\n  with: { lfs: true }\n- run: cat big.bin')

  test('takes files whose content is there, and names pointers to what is not', async () => {
    expect((await runText(text, testMachine({ files: { 'big.bin': 'whole' } }))).log).toContain('whole')
    const { job } = await runText(text, testMachine({ files: { 'big.bin': pointer, 'a.txt': '' } }))
    expect(job('a').conclusion).toBe('failure')
    expect(job('a').annotations.at(-1)?.message).toContain('got 1 pointers (big.bin); fetch them into the working tree')
  })
})

test('actions/checkout says that a source has no submodules', async () => {
  const { job } = await runText(oneJob('- uses: actions/checkout@v4\n  with: { submodules: recursive }'))
  expect(job('a').annotations[0]?.message).toContain('they are not fetched')
})
