import { describe, expect, it } from 'vitest'
import { lintText } from './lint-text.ts'
import { mendText } from './mend-text.ts'
import type { Pins } from './pins.ts'
import type { LintSettings } from './settings.ts'
import type { LintRepository } from './tree/lint-file.ts'

const nothing: LintRepository = { read: () => null }
const lint = (text: string) => lintText('.github/workflows/ci.yml', text, nothing)
const head = `on: pull_request
permissions: { contents: read }
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
`
const stepsOf = (steps: string) => head + steps.replace(/^(?=.)/gm, '      ')
const shortly = (text: string) => lint(text).map(({ rule, line, column }) => `${rule} ${line}:${column}`)

describe('ignore comments', () => {
  const bad = '- run: echo ${{ github.head_ref }}'

  it('excuse their own line, or the next one when they stand alone', () => {
    expect(shortly(stepsOf(bad))).toEqual(['template-injection 8:19'])
    expect(shortly(stepsOf(`${bad} # gantry-ignore template-injection: only for us`))).toEqual([])
    expect(shortly(stepsOf(`# gantry-ignore template-injection: only for us\n${bad}`))).toEqual([])
    expect(shortly(stepsOf(`# gantry-ignore template-injection: only for us\n# why\n\n${bad}`))).toEqual([])
  })

  it('excuse as many rules as they name, and say which of them is idle', () => {
    const both = '- run: echo ${{ github.head_ref }} ${{ secrets.A }}'
    const excuse = (rules: string, step = both) => lint(stepsOf(`${step} # gantry-ignore ${rules}: only for us`))
    expect(excuse('template-injection, secret-in-script')).toEqual([])
    expect(excuse('template-injection,secret-in-script', bad).map(({ message }) => message)).toEqual([
      'expected secret-in-script to find something here, got nothing to ignore',
    ])
    expect(excuse('template-injection, secret-in-scripts').map(({ message }) => message)).toContain(
      'expected gantry-ignore to name a rule, got "secret-in-scripts"; did you mean "secret-in-script"?',
    )
  })

  it('excuse only the rule they name, and only one line', () => {
    const ignore = '# gantry-ignore template-injection: only for us'
    expect(shortly(stepsOf(`${bad} # gantry-ignore secret-in-script: only for us`))).toEqual([
      'template-injection 8:19',
      'ignore-comment 8:42',
    ])
    expect(shortly(stepsOf(`${ignore}\n${bad}\n${bad}`))).toEqual(['template-injection 10:19'])
  })

  it('are findings themselves without a reason, for no rule, and when nothing is there to ignore', () => {
    const messages = (comment: string, step = bad) => lint(stepsOf(`${comment}\n${step}`)).map(({ message }) => message)
    expect(messages('# gantry-ignore template-injection')).toEqual([
      'expected a reason for ignoring template-injection, got none',
    ])
    expect(messages('# gantry-ignore template-injection:  ')).toEqual([
      'expected a reason for ignoring template-injection, got none',
    ])
    expect(messages('# gantry-ignore injection: x', '- run: echo 1')).toEqual([
      'expected gantry-ignore to name a rule, got "injection"',
    ])
    expect(messages('# gantry-ignore template-injection: x', '- run: echo 1')).toEqual([
      'expected template-injection to find something here, got nothing to ignore',
    ])
  })
})

it('takes actions and workflows of the own repository, the new way of writing them too', () => {
  expect(shortly(stepsOf('- uses: ./.github/actions/x\n- uses: $/.github/actions/x'))).toEqual([])
  expect(
    lintText('action.yml', 'name: x\ndescription: x\nruns:\n  using: composite\n  steps: [{ uses: $/x }]\n', nothing),
  ).toEqual([])
})

describe('what the repository decided', () => {
  const decided = (text: string, settings: LintSettings) =>
    lintText('.github/workflows/ci.yml', text, { ...nothing, settings }).map(
      ({ rule, severity }) => `${rule} ${severity}`,
    )
  const text = stepsOf('- uses: acme/deploy@v1\n- uses: other/deploy@v1\n- run: echo ${{ github.head_ref }}')

  it('turns a rule off, or makes it more or less severe', () => {
    expect(decided(text, { rules: {}, trustedActions: [] })).toEqual([
      'unpinned-uses warning',
      'unpinned-uses warning',
      'template-injection error',
    ])
    const rules = { 'unpinned-uses': 'off', 'template-injection': 'note' } as const
    expect(decided(text, { rules, trustedActions: [] })).toEqual(['template-injection note'])
  })

  it.each([['acme/*'], ['Acme/Deploy']])('asks for no pin of actions it trusts: %s', pattern => {
    expect(decided(text, { rules: { 'template-injection': 'off' }, trustedActions: [pattern] })).toEqual([
      'unpinned-uses warning',
    ])
  })

  it('trusts an owner by the whole name', () => {
    expect(
      decided(text, { rules: { 'template-injection': 'off' }, trustedActions: ['ac/*', 'acme/dep'] }),
    ).toHaveLength(2)
  })

  it('keeps a comment that excuses what is turned off', () => {
    const excused = stepsOf('- uses: acme/deploy@v1 # gantry-ignore unpinned-uses: ours')
    expect(decided(excused, { rules: { 'unpinned-uses': 'off' }, trustedActions: [] })).toEqual([])
  })
})

describe('places', () => {
  it.each([
    ['plain', '- run: echo ${{ github.head_ref }}', '8:19'],
    ['quoted', '- run: "echo \\"${{ github.head_ref }}\\""', '8:22'],
    ['folded', '- run: >-\n    echo\n    ${{ github.head_ref }}', '10:11'],
    ['the second of two', '- run: |\n    echo ${{ github.sha }}\n    echo ${{ github.head_ref }}', '10:16'],
    ['behind another on one line', "- run: echo ${{ github.sha }} ${{ '}}' }} ${{ github.head_ref }}", '8:49'],
  ])('of an expression in a %s scalar', (_, steps, place) => {
    expect(shortly(stepsOf(steps))).toEqual([`template-injection ${place}`])
  })

  it('of what stands behind an anchor are reported once', () => {
    const steps = '- &greet\n  run: echo ${{ github.head_ref }}\n- *greet'
    expect(shortly(stepsOf(steps))).toEqual(['template-injection 9:19'])
  })
})

describe('bad input', () => {
  it.each([
    '',
    'just text',
    '- a list',
    'on: push\njobs: []',
    'on: push\njobs:\n  a: 1',
    'on: push\njobs:\n  a:\n    steps: 1',
    'on: [push\n',
    'on: push\njobs: &a\n  b: *a\n',
    'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: ${{ github.\n',
    '\u0000',
    'a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\non: [*f, *f, *f, *f, *f, *f, *f, *f]',
  ])('is a finding, never a crash: %j', text => {
    expect(lint(text).filter(({ rule }) => rule === 'valid')).not.toEqual([])
    expect(lintText('action.yml', text, nothing)).toBeInstanceOf(Array)
  })
})

describe('pinning', () => {
  const linesOf = (uses: string, movingTags: boolean, own?: Pins) => {
    const text = stepsOf(`- uses: ${uses}\n  with: { persist-credentials: false }`)
    const repository = { ...nothing, ...(own && { pins: own }) }
    return mendText('.github/workflows/ci.yml', text, repository, { movingTags }).text.split('\n')
  }
  const pinned = (uses: string, movingTags = false, own?: Pins) =>
    linesOf(uses, movingTags, own)[7]?.replace('      - uses: ', '')

  it('writes the commit of the very tag that is named, and says its version', () => {
    expect(pinned('actions/checkout@v4.2.2 # why')).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2 why',
    )
    expect(pinned('actions/checkout@v4.2.2 # v4')).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
    )
    expect(pinned("'actions/checkout@v4.2.2'")).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
    )
  })

  it.each(['actions/checkout@v4', 'actions/checkout@v4.2', 'actions/cache/restore@v4'])(
    'leaves %s, which may be another commit today, until it is asked to pin what moves',
    uses => {
      expect(pinned(uses)).toBe(uses)
      expect(pinned(uses, true)).toMatch(/@[0-9a-f]{40} # v4\.\d\.\d$/)
    },
  )

  it('takes the newest known commit within what was asked for', () => {
    expect(pinned('actions/checkout@v4', true)).toBe(
      'actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5 # v4.3.1',
    )
    expect(pinned('actions/checkout@v4.2', true)).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
    )
    expect(pinned('actions/cache/restore@v4', true)).toBe(
      'actions/cache/restore@0400d5f644dc74513175e3cd8d07132dd4860809 # v4.2.4',
    )
  })

  it('takes a table of their own as asking for what it says', () => {
    const commit = 'a'.repeat(40)
    expect(pinned('acme/deploy@v2', false, { 'acme/deploy': { 'v2.1.0': commit } })).toBe(
      `acme/deploy@${commit} # v2.1.0`,
    )
  })

  it.each([
    'actions/checkout@main',
    'actions/checkout@v4.9.9',
    'actions/checkout@4.2.2',
    'acme/action@v1',
    'constructor/prototype@v1',
  ])('leaves %s as it is: nobody wrote its commit down', uses => {
    expect(pinned(uses, true)).toBe(uses)
  })

  it('leaves alone what a comment behind it would break, and what others use, too', () => {
    for (const steps of [
      '- { uses: actions/checkout@v4.2.2, with: { persist-credentials: false } }',
      '- uses: &checkout actions/checkout@v4.2.2\n- uses: *checkout',
    ]) {
      const text = stepsOf(steps)
      expect(mendText('.github/workflows/ci.yml', text, nothing).text).toBe(text)
    }
  })
})

describe('moving text to env', () => {
  const mend = (step: string, top = head) =>
    mendText('.github/workflows/ci.yml', top + step.replace(/^(?=.)/gm, '      '), nothing)
      .text.slice(top.length)
      .replace(/^ {6}/gm, '')

  it('keeps inside of quotes what was inside of them, and quotes the name of a branch, which is one word', () => {
    const script = ['echo "a ${{ github.event.pull_request.title }}"', 'git switch ${{ github.head_ref }} --quiet']
    expect(mend(`- run: |\n    ${script.join('\n    ')}`)).toBe(
      '- env:\n    OUTSIDE_HEAD_REF: ${{ github.head_ref }}\n    OUTSIDE_PULL_REQUEST_TITLE: ${{ github.event.pull_request.title }}\n  run: |\n    echo "a ${OUTSIDE_PULL_REQUEST_TITLE}"\n    git switch "${OUTSIDE_HEAD_REF}" --quiet',
    )
  })

  it('uses the variable it has for the same text', () => {
    expect(mend('- run: echo "${{ github.head_ref }} ${{ github.head_ref }}"')).toBe(
      '- env:\n    OUTSIDE_HEAD_REF: ${{ github.head_ref }}\n  run: echo "${OUTSIDE_HEAD_REF} ${OUTSIDE_HEAD_REF}"',
    )
  })

  it('adds to the variables a step has', () => {
    expect(mend('- env:\n    A: 1\n  run: |\n    echo "${{ github.head_ref }}"')).toBe(
      '- env:\n    OUTSIDE_HEAD_REF: ${{ github.head_ref }}\n    A: 1\n  run: |\n    echo "${OUTSIDE_HEAD_REF}"',
    )
  })

  const quoted = 'echo "${{ github.event.pull_request.title }}"'
  it.each([
    ['one word may become none', '- run: echo ${{ github.event.pull_request.title }}'],
    ['a list becomes one word', '- run: for x in ${{ github.event.pull_request.labels.*.name }}; do echo $x; done'],
    ['a command', '- run: ${{ github.head_ref }}'],
    ['in single quotes', "- run: echo '${{ github.head_ref }}'"],
    ['in a here-document', '- run: |\n    cat <<EOF\n    ${{ github.head_ref }}\n    EOF'],
    ['in an old command in a command', '- run: echo `echo "${{ github.head_ref }}"`'],
    ['in quotes of YAML', '- run: "echo ${{ github.head_ref }}"'],
    ['in a folded block', `- run: >\n    ${quoted}`],
    ['another shell', `- shell: pwsh\n  run: ${quoted}`],
    ['the program of another interpreter', '- run: bash -c "echo ${{ github.head_ref }}"'],
    ['a name the step has', `- env:\n    OUTSIDE_PULL_REQUEST_TITLE: x\n  run: ${quoted}`],
    ['a name the script has', `- run: |\n    OUTSIDE_PULL_REQUEST_TITLE=x\n    ${quoted}`],
    ['a script that lists its variables', `- run: |\n    env | sort\n    ${quoted}`],
    ['env in braces', `- env: { A: 1 }\n  run: ${quoted}`],
    ['env that is empty', `- env:\n  run: |\n    ${quoted}`],
    ['env that is an expression', `- env: \${{ fromJSON(vars.ENV) }}\n  run: ${quoted}`],
    ['env behind an anchor', `- env: &env\n    A: 1\n  run: ${quoted}\n- env: *env\n  run: echo 1`],
    ['a step behind an anchor', `- &step\n  run: ${quoted}\n- *step`],
    ['a step in braces', `- { run: 'echo "\${{ github.event.pull_request.title }}"' }`],
    ['text as JSON, which has quotes', '- run: echo "${{ toJSON(github.event.pull_request.title) }}"'],
    ['text of callers, who may count on the shell', '- run: echo "${{ inputs.flags }}"'],
    ['a secret, which may be written for the shell', '- run: echo "${{ secrets.TOKEN }}"'],
    ['beside text that may open a quote', `- run: |\n    ${quoted}\n    echo \${{ inputs.flags }}`],
  ])('leaves alone what is not certain: %s', (_, step) => {
    const calls = head.replace(
      'pull_request',
      '{ pull_request: , workflow_call: { inputs: { flags: { type: string } } } }',
    )
    const top = step.includes('inputs.') ? calls : head
    expect(mend(step, top)).toBe(step)
  })

  it.each([
    ['of the job', head.replace('    steps', '    env: { OUTSIDE_PULL_REQUEST_TITLE: x }\n    steps')],
    ['of the workflow', head.replace('jobs:', 'env: { OUTSIDE_PULL_REQUEST_TITLE: x }\njobs:')],
  ])('leaves alone a name that is one %s', (_, top) => {
    expect(mend(`- run: ${quoted}`, top)).toBe(`- run: ${quoted}`)
  })

  it.each([
    ["a machine of one's own", head.replace('ubuntu-latest', 'self-hosted')],
    ['Windows', head.replace('ubuntu-latest', 'windows-latest')],
    ['a container', head.replace('    steps', '    container: node:24\n    steps')],
    ['a shell the workflow chooses', head.replace('jobs:', 'defaults: { run: { shell: pwsh } }\njobs:')],
  ])('leaves alone a shell that is not known for certain: %s', (_, top) => {
    expect(mend(`- run: ${quoted}`, top)).toBe(`- run: ${quoted}`)
  })
})

describe('--fix never makes anything run, nor run differently', () => {
  const mend = (text: string) => mendText('.github/workflows/ci.yml', text, nothing, { movingTags: true }).text
  const judge = '  b:\n    needs: a\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n'

  it.each([
    [
      'a job that deploys after it looked at a result',
      `${stepsOf('- run: pnpm test')}\n${judge}      - if: needs.a.result == 'success'\n        run: ./deploy.sh\n`,
    ],
    [
      'a job that only judges',
      `${stepsOf('- run: pnpm test')}\n${judge}      - if: contains(needs.*.result, 'failure')\n        run: exit 1\n`,
    ],
    ['a condition that always holds', stepsOf("- if: ${{ github.ref == 'x' }} && true\n  run: ./deploy.sh")],
    ['a misspelt input', stepsOf('- uses: actions/checkout@v4.9.9\n  with:\n    fetch_depth: 0')],
    ['a shallow checkout', stepsOf('- uses: actions/checkout@v4.9.9\n- run: turbo run build --affected')],
    ['a command the runner refuses', stepsOf('- run: echo "::set-env name=CI::true"')],
    ['a text that may have two lines', stepsOf('- run: echo "::set-output name=title::$TITLE"')],
    [
      'a command whose output goes elsewhere',
      stepsOf('- run: |\n    {\n    echo "::set-output name=a::b"\n    } > file'),
    ],
    ['a file that GitHub refuses', stepsOf('- run: echo "${{ github.head_ref }}"\n  runs: x')],
    ['lines that end as no reader of YAML agrees on', stepsOf('- run: echo "${{ github.head_ref }}"\n# a\rb')],
  ])('%s stays as it is', (_, text) => {
    expect(mend(text)).toBe(text)
  })

  it('writes an output to its file when the script itself says what it is', () => {
    expect(mend(stepsOf('- run: |\n    echo one\n    echo "::set-output name=a::b c"'))).toBe(
      stepsOf('- run: |\n    echo one\n    echo "a=b c" >> "$GITHUB_OUTPUT"'),
    )
  })
})

it('finds the same in files with Windows line ends', () => {
  const unix = stepsOf(
    '- run: |\n    echo 1\n    echo ${{ github.head_ref }}\n- uses: acme/a@v1 # gantry-ignore unpinned-uses: ours',
  )
  const found = shortly(unix)
  expect(found).toEqual(['template-injection 10:16'])
  expect(shortly(unix.replaceAll('\n', '\r\n'))).toEqual(found)
})

describe('what GitHub refuses', () => {
  const refused = (text: string) =>
    lint(text).flatMap(({ rule, line, message }) => (rule === 'valid' ? [`${line}: ${message}`] : []))

  it.each([
    [
      'a key that stands there twice',
      stepsOf('- run: echo 1\n  run: echo 2'),
      /^9: expected well-formed YAML, got: .*unique/,
    ],
    [
      'a secret in a condition',
      stepsOf("- if: secrets.A != ''\n  run: echo 1"),
      /^8: expected an expression .*secrets/,
    ],
    [
      'a job that nobody knows',
      `${head.replace('  a:', '  a:\n    needs: b')}      - run: echo 1`,
      /^4: expected job a to need/,
    ],
    ['a step that does nothing', stepsOf('- name: x'), /^8: expected a step to have "run" or "uses", got neither/],
    [
      'a cron of four fields',
      `on: { schedule: [{ cron: '* * * *' }] }\njobs: { a: { runs-on: x, steps: [{ run: x }] } }`,
      /^1: expected .*cron/,
    ],
    [
      'a misspelt permission',
      `${head.replace('contents', 'content')}      - run: echo 1`,
      /^2: expected .*did you mean "contents"/,
    ],
  ])('is named with its line: %s', (_, text, wanted) => {
    expect(refused(text)).toEqual([expect.stringMatching(wanted)])
  })

  it('is not what only this machine cannot do', () => {
    const text = `on: push\njobs:\n  a:\n    runs-on: windows-latest\n    container: node:24\n    services: { db: { image: postgres } }\n    steps:\n      - uses: docker://alpine\n        shell: pwsh\n  b:\n    uses: acme/w/.github/workflows/x.yml@v1\n`
    expect(refused(text.replace('\n        shell: pwsh', ''))).toEqual([])
    expect(
      lintText('action.yml', 'name: x\ndescription: x\nruns: { using: docker, image: Dockerfile }\n', nothing),
    ).toEqual([])
  })
})
