import { describe, expect, it } from 'vitest'
import { applyEdits } from './apply-edits.ts'
import { lintText } from './lint-text.ts'
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
  const pinned = (uses: string) => {
    const text = stepsOf(`- uses: ${uses}\n  with: { persist-credentials: false }`)
    return applyEdits(text, lint(text)).text.split('\n')[7]?.replace('      - uses: ', '')
  }

  it('takes the newest known commit within what was asked for, and says its version', () => {
    expect(pinned('actions/checkout@v4')).toBe('actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5 # v4.3.1')
    expect(pinned('actions/checkout@v4.2')).toBe('actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2')
    expect(pinned('actions/checkout@v4.2.2 # why')).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2 why',
    )
    expect(pinned('actions/checkout@v4.2.2 # v4')).toBe(
      'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2',
    )
    expect(pinned('actions/cache/restore@v4')).toBe(
      'actions/cache/restore@0400d5f644dc74513175e3cd8d07132dd4860809 # v4.2.4',
    )
  })

  it.each(['actions/checkout@main', 'actions/checkout@v4.9.9', 'acme/action@v1', 'constructor/prototype@v1'])(
    'leaves %s as it is: nobody wrote its commit down',
    uses => {
      expect(pinned(uses)).toBe(uses)
    },
  )
})

describe('moving text to env', () => {
  const mend = (step: string) => {
    let text = stepsOf(step)
    for (let round = 0; round < 5; round++) text = applyEdits(text, lint(text)).text
    return text.slice(head.length).replace(/^ {6}/gm, '')
  }

  it('keeps inside of quotes what was inside of them, and quotes what was not', () => {
    expect(mend('- run: echo "a ${{ github.head_ref }}" ${{ github.event.pull_request.title }}')).toBe(
      '- env:\n    PULL_REQUEST_TITLE: ${{ github.event.pull_request.title }}\n    HEAD_REF: ${{ github.head_ref }}\n  run: echo "a ${HEAD_REF}" "${PULL_REQUEST_TITLE}"',
    )
  })

  it('adds to the variables a step has', () => {
    expect(mend('- env:\n    A: 1\n  run: |\n    echo ${{ github.head_ref }}')).toBe(
      '- env:\n    HEAD_REF: ${{ github.head_ref }}\n    A: 1\n  run: |\n    echo "${HEAD_REF}"',
    )
  })

  it.each([
    "- run: echo '${{ github.head_ref }}'",
    '- run: echo "$(echo "${{ github.head_ref }}")"',
    '- run: |\n    cat <<EOF\n    ${{ github.head_ref }}\n    EOF',
    '- run: ${{ github.head_ref }}',
    '- run: "echo ${{ github.head_ref }}"',
    '- shell: pwsh\n  run: echo ${{ github.head_ref }}',
    '- env:\n    HEAD_REF: x\n  run: echo ${{ github.head_ref }}',
    '- run: echo `echo ${{ github.head_ref }}`',
    '- env: { A: 1 }\n  run: echo ${{ github.head_ref }}',
    '- { run: "echo ${{ github.head_ref }}" }',
  ])('leaves alone what is not certain: %j', step => {
    expect(shortly(stepsOf(step)).some(each => each.startsWith('template-injection'))).toBe(true)
    expect(mend(step)).toBe(step)
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
