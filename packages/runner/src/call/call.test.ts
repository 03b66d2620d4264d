import type { RunEvent } from '@gantry/core'
import { planRun, readWorkflow } from '@gantry/workflow'
import { testFacts } from '@gantry/workflow/testing'
import { describe, expect, it } from 'vitest'
import { runWorkflow } from '../run/run-workflow.ts'
import { conclusions, runText, testMachine } from '../testing/test-machine.ts'

const folder = '.github/workflows'
/** `${{ … }}`, which a template string would take for its own. */
const ask = (expression: string): string => `\${{ ${expression} }}`

const callable = (on: string, jobs: string): string => `on:\n  workflow_call:\n${on}jobs:\n${jobs}`
const job = (key: string, run: string, more = ''): string =>
  `  ${key}:\n    runs-on: x\n${more}    steps:\n      - id: s\n        run: |\n          ${run}\n`
const caller = (fields: string, more = ''): string =>
  `on: push\njobs:\n  build:\n    uses: ./${folder}/called.yml\n${fields}${more}`

const machineWith = (called: string, others: Record<string, string> = {}, changes = {}) =>
  testMachine({
    files: {
      [`${folder}/called.yml`]: called,
      ...Object.fromEntries(Object.entries(others).map(([name, text]) => [`${folder}/${name}`, text])),
    },
    ...changes,
  })

describe('a job that calls a workflow', () => {
  it('runs its jobs under its own name and ends with their result and outputs', async () => {
    const called = callable(
      `    inputs:
      who: { type: string, required: true }
      loud: { type: boolean, default: true }
      times: { type: number }
    outputs:
      said: { value: "${ask('jobs.greet.outputs.text')}" }
`,
      `${job('greet', `echo "text=hello ${ask('inputs.who')} ${ask('inputs.loud')} ${ask('inputs.times == 0')}" >> $GITHUB_OUTPUT`, `    name: Greet ${ask('inputs.who')}\n    outputs: { text: "${ask('steps.s.outputs.text')}" }\n`)}${job('after', `echo "needs ${ask('needs.greet.outputs.text')} in ${ask('github.job')} $GITHUB_JOB"`, '    needs: greet\n')}`,
    )
    const { run, log } = await runText(
      caller(
        '    with: { WHO: ada }\n',
        job('end', `echo "got ${ask('needs.build.outputs.said')}"`, '    needs: build\n'),
      ),
      machineWith(called),
    )
    expect(log).toContain('needs hello ada true true in after after')
    expect(log).toContain('got hello ada true true')
    expect(run.jobs.map(({ id, name, needs, conclusion }) => [id, name, needs, conclusion])).toEqual([
      ['build', 'build', [], 'success'],
      ['build / greet', 'build / Greet ada', [], 'success'],
      ['build / after', 'build / after', ['build / greet'], 'success'],
      ['end', 'end', ['build'], 'success'],
    ])
  })

  it('is told to whoever listens: the jobs join the run before they start', async () => {
    const machine = machineWith(callable('', job('one', 'true')))
    await runText(caller(''), machine)
    const known = new Set<string>()
    const unknown: string[] = []
    for (const event of machine.events as RunEvent[]) {
      if (event.kind === 'run') for (const { id } of event.run.jobs) known.add(id)
      else if (!known.has(event.kind === 'job' ? event.job.id : event.jobId)) unknown.push(event.kind)
    }
    expect([...known]).toEqual(['build', 'build / one'])
    expect(unknown).toEqual([])
  })

  it('hands over neither its env nor its secrets, but the variables and the event', async () => {
    const called = callable(
      '    secrets:\n      GIVEN: { required: true }\n',
      job(
        'look',
        `echo "[$OUTER|${ask('secrets.OTHER')}|${ask("secrets.GIVEN == 'deep-secret'")}|${ask('vars.REGION')}|${ask('github.event_name')}]"`,
      ),
    )
    const machine = machineWith(
      called,
      {},
      {
        secrets: () => ({ KEY: 'deep-secret', OTHER: 'other-secret' }),
        vars: () => ({ REGION: 'eu' }),
      },
    )
    const text = `env: { OUTER: leaks }\n${caller(`    secrets: { GIVEN: "${ask('secrets.KEY')}" }\n`)}`
    const { log } = await runText(text, machine)
    expect(log).toContain('[||true|eu|push]')
  })

  it('with inherit hands over all of them, through every level', async () => {
    const inner = callable('', job('look', `echo "${ask("secrets.KEY == 'deep-secret'")}"`))
    const outer = callable('', `  inner:\n    uses: ./${folder}/inner.yml\n    secrets: inherit\n`)
    const machine = machineWith(outer, { 'inner.yml': inner }, { secrets: () => ({ KEY: 'deep-secret' }) })
    const { log, run } = await runText(caller('    secrets: inherit\n'), machine)
    expect(log).toContain('true')
    expect(run.jobs.map(({ id }) => id)).toEqual(['build', 'build / inner', 'build / inner / look'])
  })

  it('without inherit leaves a called job the secrets of its own environment', async () => {
    const called = callable(
      '',
      job('look', `echo "[${ask('secrets.DEPLOY')}${ask('secrets.KEY')}]" | rev`, '    environment: live\n'),
    )
    const secrets = (name?: string) => ({ KEY: 'deep-secret', ...(name === 'live' ? { DEPLOY: 'ship-it' } : {}) })
    const { log } = await runText(caller(''), machineWith(called, {}, { secrets }))
    expect(log).toContain(']ti-pihs[')
  })

  it('unfolds its matrix: one call a leg, and a failing leg cancels the others', async () => {
    const called = callable(
      '    inputs: { mode: { type: string } }\n',
      job('work', `if [ ${ask('inputs.mode')} = bad ]; then sleep 0.3; exit 1; fi; sleep 30`) +
        job('late', 'true', '    needs: work\n'),
    )
    const { run } = await runText(
      caller(`    strategy: { matrix: { mode: [bad, good] } }\n    with: { mode: "${ask('matrix.mode')}" }\n`),
      machineWith(called),
    )
    expect(conclusions(run)).toEqual({
      'build (bad)': 'failure',
      'build (bad) / work': 'failure',
      'build (bad) / late': 'skipped',
      'build (good)': 'cancelled',
      'build (good) / work': 'cancelled',
      'build (good) / late': 'cancelled',
    })
    expect(run.conclusion).toBe('failure')
  })

  it('has at most max-parallel calls under way', async () => {
    const called = callable('', job('work', 'sleep 0.1'))
    const machine = machineWith(called)
    await runText(caller('    strategy: { max-parallel: 1, matrix: { n: [1, 2, 3] } }\n'), machine)
    for (const event of machine.events) {
      if (event.kind !== 'run') continue
      const busy = event.run.jobs.filter(({ key, status }) => key === 'build' && status === 'in_progress')
      expect(busy.length).toBeLessThanOrEqual(1)
    }
  })

  it('is skipped as one job, and needs no place on the machine of its own', async () => {
    const called = callable('', job('one', 'true') + job('two', 'true', '    needs: one\n'))
    const text = caller('', `  never:\n    if: \${{ false }}\n    uses: ./${folder}/called.yml\n`)
    const { run } = await runText(text, machineWith(called, {}, { maxParallel: 1 }))
    expect(conclusions(run)).toEqual({
      build: 'success',
      'build / one': 'success',
      'build / two': 'success',
      never: 'skipped',
    })
  })

  it('does not see from inside what failed outside', async () => {
    const called = callable('', job('one', `echo in-${ask('github.job')}`))
    const text = `on: push\njobs:\n${job('bad', 'exit 1')}  build:\n    needs: bad\n    if: always()\n    uses: ./${folder}/called.yml\n`
    const { run } = await runText(text, machineWith(called))
    expect(conclusions(run)).toEqual({ bad: 'failure', build: 'success', 'build / one': 'success' })
  })

  it('tells apart the file that began and the file of the job', async () => {
    const said = ask(
      'join(fromJSON(format(\'["{0}","{1}","{2}"]\', github.workflow_ref, job.workflow_ref, job.workflow_file_path)), \' \')',
    )
    const { log } = await runText(caller(''), machineWith(callable('', job('one', `echo '${said}'`))))
    expect(log).toContain(
      'acme/site/.github/workflows/test.yml@refs/heads/main acme/site/.github/workflows/called.yml@refs/heads/main .github/workflows/called.yml',
    )
  })

  it('lets a failure pass that the called workflow lets pass', async () => {
    const called = callable('', job('one', 'exit 1', '    continue-on-error: true\n'))
    const { run } = await runText(caller('', job('end', 'true', '    needs: build\n')), machineWith(called))
    expect([run.conclusion, conclusions(run)]).toEqual([
      'success',
      { build: 'success', 'build / one': 'failure', end: 'success' },
    ])
  })

  it('fails with its place when a value turns out to be of another type', async () => {
    const called = callable('    inputs: { n: { type: number } }\n', job('one', 'true'))
    const { run } = await runText(caller(`    with: { n: "${ask("format('x{0}', 1)")}" }\n`), machineWith(called))
    expect(run.jobs.map(({ id, annotations }) => [id, annotations[0]?.message])).toEqual([
      ['build', `${folder}/test.yml:5:13: expected input "n" to be a number, got "x1"`],
    ])
  })

  it('cancels what it called when the run is cancelled', async () => {
    const cancel = new AbortController()
    const called = callable('', job('one', 'sleep 30') + job('two', 'true', '    needs: one\n'))
    const machine = machineWith(called, {}, { signal: cancel.signal })
    const heard = machine.on
    machine.on = event => {
      heard(event)
      if (event.kind === 'job' && event.job.steps[0]?.status === 'in_progress') cancel.abort()
    }
    const { run } = await runText(caller(''), machine)
    expect(conclusions(run)).toEqual({ build: 'cancelled', 'build / one': 'cancelled', 'build / two': 'cancelled' })
  })

  it('waits for people inside a called workflow, and goes on from the saved state', async () => {
    const called = callable(
      '    inputs: { who: { type: string } }\n',
      job('one', 'true') + job('ship', `echo for-${ask('inputs.who')}`, '    needs: one\n    environment: live\n'),
    )
    const files = { [`${folder}/called.yml`]: called }
    const workflow = readWorkflow(
      `${folder}/test.yml`,
      caller('    with: { who: ada }\n', job('end', 'true', '    needs: build\n')),
    )
    const held = await runWorkflow(
      workflow,
      planRun(workflow, testFacts),
      testMachine({ files, approve: async () => 'waiting' }),
    )
    expect(held.jobs.map(({ id, status }) => [id, status])).toEqual([
      ['build', 'in_progress'],
      ['build / one', 'completed'],
      ['build / ship', 'waiting'],
      ['end', 'queued'],
    ])
    const machine = testMachine({ files })
    const ended = await runWorkflow(workflow, JSON.parse(JSON.stringify(held)), machine)
    expect(conclusions(ended)).toEqual({
      build: 'success',
      'build / one': 'success',
      'build / ship': 'success',
      end: 'success',
    })
    expect(
      machine.events.flatMap(event => (event.kind === 'log' ? event.lines : [])).map(({ text }) => text),
    ).toContain('for-ada')
    expect(ended.jobs[1]?.attempt).toBe(1)
  })
})

describe('refuses before anything runs, at its place', () => {
  const inputs = callable(
    '    inputs:\n      a: { type: boolean }\n      b: { type: number }\n      c: { type: string, required: true }\n    secrets: { S: { required: true } }\n',
    job('one', 'true'),
  )
  const give = (more: string): string => caller(`    secrets: { S: x }\n    with:\n      c: 1\n${more}`)
  it.each([
    [
      'a boolean that is text',
      inputs,
      give("      a: 'true'\n"),
      '8:7: expected input "a" to be a boolean, got "true"',
    ],
    ['a number that is text', inputs, give('      b: x\n'), '8:7: expected input "b" to be a number, got "x"'],
    [
      'an unknown input',
      inputs,
      give('      aa: 1\n'),
      '8:7: expected inputs of .github/workflows/called.yml (a, b, c), got "aa"',
    ],
    ['a missing input', inputs, caller('    secrets: { S: x }\n'), '4:11: expected job build to give the input "c"'],
    [
      'an empty input',
      inputs,
      caller('    secrets: { S: x }\n    with: { c: }\n'),
      '4:11: expected job build to give the input "c"',
    ],
    ['a missing secret', inputs, caller('    with: { c: x }\n'), '4:11: expected job build to give the secret "S"'],
    [
      'an unknown secret',
      inputs,
      caller('    with: { c: x }\n    secrets: { S: x, T: y }\n'),
      '6:22: expected secrets of',
    ],
    [
      'a workflow that cannot be called',
      'on: push\njobs: { a: { runs-on: x, steps: [{ run: a }] } }',
      caller(''),
      '4:11: expected .github/workflows/called.yml to have "on: workflow_call"',
    ],
    [
      'a workflow that calls itself',
      callable('', `  x:\n    uses: ./${folder}/called.yml\n`),
      caller(''),
      'called.yml:5:11: expected calls without a circle',
    ],
    [
      'a workflow that is broken',
      'on: workflow_call\njobs:\n  a: { steps: [] }',
      caller(''),
      'called.yml:3:3: expected job a to have "runs-on"',
    ],
    [
      'an input without a type',
      callable('    inputs: { a: { required: true } }\n', job('one', 'true')),
      caller(''),
      'called.yml:3:15: expected input a to have a type of string, boolean, number, got none',
    ],
    [
      'a default of another type',
      callable("    inputs: { a: { type: number, default: 'x' } }\n", job('one', 'true')),
      caller(''),
      'called.yml:3:43: expected the default of input a to be a number, got "x"',
    ],
    [
      'more permissions than the caller has',
      callable('', job('one', 'true', '    permissions: { contents: write }\n')),
      caller('    permissions: { contents: read }\n'),
      '4:11: expected job one of .github/workflows/called.yml to ask for no more than its caller has, got contents: write where read is allowed',
    ],
    [
      'write-all below read-all',
      `permissions: write-all\n${callable('', job('one', 'true'))}`,
      `permissions: read-all\n${caller('')}`,
      '5:11: expected job one',
    ],
  ])('%s', async (_, called, text, message) => {
    const machine = machineWith(called)
    await expect(runText(text, machine)).rejects.toThrow(message)
    expect(machine.events).toEqual([])
  })

  it('a workflow that is not there, or lies elsewhere', async () => {
    await expect(runText(caller(''), testMachine())).rejects.toThrow(
      'test.yml:4:11: expected a workflow at .github/workflows/called.yml, got none',
    )
    const remote = caller('').replace(`./${folder}/called.yml`, 'acme/shared/.github/workflows/ci.yml@v1')
    await expect(runText(remote)).rejects.toThrow(
      'test.yml:4:11: expected a workflow of this repository, got "acme/shared/.github/workflows/ci.yml@v1"; to run it here, copy it',
    )
    for (const odd of ['./ci.yml', './.github/workflows/a/b.yml', './.github/workflows/a.yml@v1'])
      await expect(runText(caller('').replace(`./${folder}/called.yml`, odd))).rejects.toThrow(
        '4:11: expected a workflow as ./.github/workflows/name.yml',
      )
  })

  it.each(['runs-on: x', 'steps: []', 'env: {}', 'timeout-minutes: 1', 'continue-on-error: true', 'environment: x'])(
    'a caller with %s',
    async field => {
      await expect(runText(caller(`    ${field}\n`))).rejects.toThrow(
        /:5:5: expected one of name, uses, .* in a job that calls a workflow/,
      )
    },
  )

  it('more than ten levels, or fifty workflows', async () => {
    const level = (n: number): string => callable('', `  down:\n    uses: ./${folder}/l${n}.yml\n`)
    const levels = (count: number) =>
      Object.fromEntries([
        ...Array.from({ length: count - 1 }, (_, i) => [`l${i + 1}.yml`, level(i + 2)]),
        [`l${count}.yml`, callable('', job('end', 'true'))],
      ])
    const { run } = await runText(caller(''), machineWith(level(1), levels(8)))
    expect(run.jobs.at(-1)?.id).toBe(`build${' / down'.repeat(8)} / end`)
    await expect(runText(caller(''), machineWith(level(1), levels(9)))).rejects.toThrow(
      'l8.yml:5:11: expected at most 10 levels',
    )
    const many = (count: number) =>
      `on: push\njobs:\n${Array.from({ length: count }, (_, i) => `  j${i}:\n    if: \${{ false }}\n    uses: ./${folder}/w${i}.yml\n`).join('')}`
    const files = Object.fromEntries(
      Array.from({ length: 51 }, (_, i) => [`w${i}.yml`, callable('', job('a', 'true'))]),
    )
    expect((await runText(many(50), machineWith('', files))).run.conclusion).toBe('skipped')
    await expect(runText(many(51), machineWith('', files))).rejects.toThrow(
      'test.yml:155:11: expected at most 50 workflows',
    )
  })
})
