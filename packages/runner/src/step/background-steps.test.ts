import { readAction, readWorkflow } from '@gantry/workflow'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../run/machine.ts'
import { jobOf, logOf, runText, testMachine } from '../testing/test-machine.ts'

const ask = (expression: string): string => `\${{ ${expression} }}`
const run = async (steps: string, machine = testMachine()) => {
  const { run: state } = await runText(oneJob(steps), machine)
  const job = jobOf(state, 'a')
  return { job, log: logOf(machine.events), ends: job.steps.map(({ name, conclusion }) => [name, conclusion]) }
}
/** Takes its time, as it counts and not as the clock does: it waits for a file another step makes. */
const until = (file: string): string => `while [ ! -e ${file} ]; do sleep 0.02; done`

describe('background steps', () => {
  it('run beside those behind them; what they leave arrives when they are waited for', async () => {
    const { log, ends } = await run(`
- id: bg
  background: true
  run: |
    echo "A=from-bg" >> $GITHUB_ENV
    echo "$PWD/bin" >> $GITHUB_PATH
    echo "out=42" >> $GITHUB_OUTPUT
    mkdir bin; printf '#!/bin/sh\\necho tool-of-bg\\n' > bin/tool; chmod +x bin/tool
    touch written
    ${until('seen')}
- run: |
    ${until('written')}
    echo "before [$A] [${ask('steps.bg.outputs.out')}] [${ask('steps.bg.outcome')}] $(command -v tool || echo no-tool)"
    touch seen
- wait: bg
- run: echo "after [$A] [${ask('steps.bg.outputs.out')}] [${ask('steps.bg.conclusion')}] $(tool)"
`)
    expect(log).toContain('before [] [] [] no-tool')
    expect(log).toContain('after [from-bg] [42] [success] tool-of-bg')
    expect(ends.map(([name]) => name)).toContain('Wait for bg')
    expect(ends.every(([, conclusion]) => conclusion === 'success')).toBe(true)
  })

  it('keep a later write of the job, and masks at once', async () => {
    const { log } = await run(`
- id: bg
  background: true
  run: |
    echo "::add-mask::hidden-word"
    echo "A=bg" >> $GITHUB_ENV
    touch masked
    ${until('go')}
- run: ${until('masked')}; sleep 0.2; echo hidden-word; echo "B=main" >> $GITHUB_ENV; touch go
- wait-all:
- run: echo "$A $B"
`)
    expect(log).toContain('***')
    expect(log).not.toContain('\nhidden-word')
    expect(log).toContain('bg main')
  })

  it('that fail fail the job at the first wait for them, not before', async () => {
    const { ends, job } = await run(`
- { id: bg, background: true, run: exit 3 }
- { name: still, run: sleep 0.3 }
- { wait: bg }
- { name: late, run: 'true' }
- { name: mends, if: failure(), run: 'true' }
- { name: again, wait: bg }
`)
    expect(ends).toEqual([
      ['Run exit 3', 'failure'],
      ['still', 'success'],
      ['Wait for bg', 'failure'],
      ['late', 'skipped'],
      ['mends', 'success'],
      ['again', 'success'],
    ])
    expect([job.conclusion, job.steps[0]?.exitCode]).toEqual(['failure', 3])
  })

  it('with continue-on-error fail nothing; a wait that is let pass only puts the failure off', async () => {
    const own = await run(`
- { id: bg, background: true, continue-on-error: true, run: exit 1 }
- { wait: bg }
- run: echo "${ask('steps.bg.outcome')} ${ask('steps.bg.conclusion')}"
`)
    expect([own.job.conclusion, own.log.includes('failure success')]).toEqual(['success', true])
    const waits = await run(`
- { id: bg, background: true, run: exit 1 }
- { wait: bg, continue-on-error: true }
- { name: late, run: 'true' }
`)
    expect(waits.ends.slice(1)).toEqual([
      ['Wait for bg', 'success'],
      ['late', 'success'],
    ])
    expect(waits.job.conclusion).toBe('failure')
  })

  it('nobody waits for are waited for before the post steps', async () => {
    const machine = testMachine({
      files: {
        'act/action.yml': 'name: a\nruns: { using: node24, main: main.js, post: post.js }',
        'act/main.js': '',
        'act/post.js': "console.log('post sees', require('fs').existsSync('done'))",
      },
    })
    const { ends, log } = await run(
      `
- uses: actions/checkout@v4
- uses: ./act
- { name: slow, background: true, run: sleep 0.3; touch done }
`,
      machine,
    )
    expect(log).toContain('post sees true')
    expect(ends.slice(-3)).toEqual([
      ['slow', 'success'],
      ['Wait for slow', 'success'],
      ['Post Run ./act', 'success'],
    ])
    const failing = await run('- { background: true, run: exit 1 }')
    expect([failing.job.conclusion, failing.ends.at(-1)]).toEqual([
      'failure',
      ['Wait for Run exit 1'.replace('Run ', ''), 'failure'],
    ])
  })

  it('are ended by cancel with the signals of a cancellation, and leave what they wrote', async () => {
    const { ends, job, log } = await run(`
- id: server
  background: true
  run: |
    trap 'echo "bye=said" >> $GITHUB_OUTPUT; exit 1' INT
    touch up
    while :; do sleep 0.02; done
- run: ${until('up')}
- cancel: server
- run: echo "[${ask('steps.server.outputs.bye')}] ${ask('steps.server.conclusion')}"
- { if: failure(), name: never, run: 'true' }
`)
    expect(ends.map(([, conclusion]) => conclusion)).toEqual(['cancelled', 'success', 'success', 'success', 'skipped'])
    expect([job.conclusion, job.annotations]).toEqual(['success', []])
    expect(log).toContain('[said] cancelled')
  })

  it('that failed before they were cancelled still fail the job at its end', async () => {
    const { job, ends } = await run(`
- { id: bg, background: true, run: touch over; exit 1 }
- { run: '${until('over')}; sleep 0.3' }
- { cancel: bg }
- { name: late, run: 'true' }
`)
    expect(ends.map(([, conclusion]) => conclusion)).toEqual(['failure', 'success', 'success', 'success'])
    expect(job.conclusion).toBe('failure')
  })

  it('are at most ten at once; the others queue, and one that is cancelled in the queue never starts', async () => {
    const many = Array.from(
      { length: 14 },
      (_, i) => `- { id: s${i}, background: true, run: 'echo x >> now; wc -l < now > seen${i}; ${until('go')}' }`,
    )
    const { job, log } = await run(`
${many.join('\n')}
- run: while [ "$(cat now 2>/dev/null | wc -l)" -lt 10 ]; do sleep 0.02; done; sleep 0.3; echo "under way $(wc -l < now)"
- cancel: s13
- run: touch go
- wait-all:
- run: echo "in all $(wc -l < now)"
`)
    expect(log).toMatch(/under way 10\b/)
    expect(log).toMatch(/in all 13\b/)
    expect(job.steps[13]?.conclusion).toBe('cancelled')
    expect(job.conclusion).toBe('success')
  })

  it('are cancelled with their job', async () => {
    const cancel = new AbortController()
    const machine = testMachine({ signal: cancel.signal })
    const { on } = machine
    machine.on = event => {
      on(event)
      if (event.kind === 'job' && event.job.steps[1]?.status === 'in_progress') cancel.abort()
    }
    const { ends, job } = await run(
      `
- { id: bg, background: true, run: sleep 30 }
- { wait: bg }
- { name: after, if: always(), run: 'true' }
`,
      machine,
    )
    expect(ends).toEqual([
      ['Run sleep 30', 'cancelled'],
      ['Wait for bg', 'cancelled'],
      ['after', 'success'],
    ])
    expect(job.conclusion).toBe('cancelled')
  })

  it('in parallel run at once, and the next step waits for all of them', async () => {
    const { ends, log } = await run(`
- parallel:
    - { id: one, run: 'touch one; ${until('two')}; echo "v=1" >> $GITHUB_OUTPUT' }
    - { id: two, run: 'touch two; ${until('one')}; echo "v=2" >> $GITHUB_OUTPUT' }
    - { if: false, run: exit 1 }
- run: echo "sum ${ask('steps.one.outputs.v')}${ask('steps.two.outputs.v')}"
`)
    expect(log).toContain('sum 12')
    expect(ends.map(([, conclusion]) => conclusion)).toEqual(['success', 'success', 'skipped', 'success', 'success'])
  })

  it('see the job as it was when they began, and are told of with --why', async () => {
    const decisions: Decision[] = []
    const machine = testMachine({ decided: one => void decisions.push(one) })
    const { ends } = await run(
      `
- { id: bg, background: true, run: '${until('failed')}; exit 1' }
- { run: 'touch failed; exit 1' }
- { name: too-late, background: true, run: 'true' }
- { wait-all: true }
`,
      machine,
    )
    expect(ends.map(([, conclusion]) => conclusion)).toEqual(['failure', 'failure', 'skipped', 'failure'])
    expect(decisions.at(-1)).toMatchObject({ runs: true, why: 'a step with wait always runs' })
  })
})

describe('files with background steps are refused at their place', () => {
  it.each([
    [
      '- { id: a, run: x }\n- wait: a',
      '7:15: expected wait to name a background step before it (none has an id), got "a"',
    ],
    [
      '- { id: web, background: true, run: x }\n- cancel: webb',
      '7:17: expected cancel to name a background step before it (web), got "webb"; did you mean "web"?',
    ],
    [
      '- wait: later\n- { id: later, background: true, run: x }',
      '6:15: expected wait to name a background step before it',
    ],
    [
      '- wait-all:\n  if: always()',
      '7:9: expected one of wait-all, name, id, continue-on-error in a step with wait-all, got "if"',
    ],
    ['- wait-all: false', '6:19: expected wait-all to be empty or true, got false'],
    ['- wait: []', '6:15: expected wait to name at least one step'],
    [
      '- run: x\n  cancel: y',
      '6:9: expected one of cancel, name, id, continue-on-error in a step with cancel, got "run"',
    ],
    ['- parallel: []', '6:19: expected parallel to hold at least one step'],
    ['- parallel:\n  - wait-all:', '7:11: expected the steps of parallel to have "run" or "uses", got "wait-all"'],
    ['- parallel:\n  - { run: x }\n  name: x', '8:9: expected one of parallel in a step with parallel, got "name"'],
    [
      '- { id: a, run: x }\n- parallel:\n  - { id: A, run: x }',
      '8:11: expected every step id to be used once, got "A" again',
    ],
    ['- { run: x, background: "yes" }', '6:31: expected background to be true or false, got "yes"'],
  ])('%j', (steps, message) => {
    expect(() => readWorkflow('ci.yml', oneJob(steps))).toThrow(`ci.yml:${message}`)
  })

  it('and not at all in composite actions, as on GitHub', () => {
    const action = (step: string) => `name: a\nruns:\n  using: composite\n  steps:\n    - ${step}`
    expect(() => readAction('action.yml', action('{ run: x, shell: bash, background: true }'))).toThrow(
      'got "background"',
    )
    expect(() => readAction('action.yml', action('wait-all:'))).toThrow('got "wait-all"')
    expect(() => readAction('action.yml', action('parallel: []'))).toThrow('got "parallel"')
  })
})
