import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { numericRunId } from '@gantry/workflow'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import type { FailedStep } from '../run/machine.ts'
import { runText, testMachine } from '../testing/test-machine.ts'

describe('scripts', () => {
  test('stop at the first failing command, without pipefail unless bash is named', async () => {
    const { job, log } = await runText(
      oneJob(
        '- run: |\n    false | true\n    echo one\n    false\n    echo two\n- run: false | true\n  shell: bash\n  if: always()',
      ),
    )
    expect(log).toContain('one')
    expect(log).not.toContain('two')
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure'])
    expect(job('a').annotations[0]).toMatchObject({
      level: 'failure',
      step: 1,
      message: 'Process completed with exit code 1.',
    })
  })

  test.each([
    ['sh', 'echo "shell $0" | cut -c1-5', 'shell'],
    ['node', 'console.log("node", 1 + 1)', 'node 2'],
    ['python', 'print("python", 1 + 1)', 'python 2'],
    ['bash -u {0}', 'echo "bash $((1 + 1))"', 'bash 2'],
    ['env "A=b c" bash {0}', 'echo "A is $A"', 'A is b c'],
  ])('run in %s', async (shell, run, said) => {
    const python = execFileSync('sh', ['-c', 'command -v python || true'], { encoding: 'utf8' })
    if (shell === 'python' && python === '') return
    const { log } = await runText(oneJob(`- run: '${run}'\n  shell: '${shell}'`))
    expect(log).toContain(said)
  })

  test('a shell without a place for the script, or that is not there, fails the step', async () => {
    const { job } = await runText(
      oneJob('- run: a\n  shell: fish\n- run: a\n  shell: nowhere-at-all {0}\n  if: always()'),
    )
    expect(job('a').annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining('a template with {0}, got "fish"'),
      expect.stringContaining('nowhere-at-all'),
    ])
  })

  test('work where defaults and the step say; a folder that is missing fails the step', async () => {
    const steps =
      '- run: mkdir -p sub/deep\n- run: pwd\n  working-directory: sub\n- run: pwd\n  working-directory: nowhere'
    const { log, job } = await runText(oneJob(steps))
    expect(log).toMatch(/\/work\/sub$/m)
    expect(job('a').annotations[0]?.message).toContain('to be a folder, got')
    const defaults = await runText(
      oneJob(
        '- run: mkdir sub\n  working-directory: .\n- run: pwd; false | true',
        'defaults: { run: { shell: bash, working-directory: sub } }',
      ),
    )
    expect(defaults.log).toMatch(/\/work\/sub$/m)
    expect(defaults.run.conclusion).toBe('failure')
  })

  test('say stdout and stderr in order, and can write to /dev/stdout', async () => {
    const { log } = await runText(
      oneJob(
        '- run: |\n    for i in 1 2 3; do echo "out $i"; echo "err $i" >&2; done\n    echo direct > /dev/stdout\n    echo both | tee /dev/stderr',
      ),
    )
    expect(log).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\ndirect\nboth\nboth')
  })

  test('binary output and a line of a megabyte come through', async () => {
    const { log, run } = await runText(
      oneJob(
        `- run: |\n    head -c 300 /dev/urandom; printf '\\0\\xff\\n'\n    head -c 1000000 /dev/zero | tr '\\0' x; echo\n    head -c 2500000 /dev/zero | tr '\\0' y`,
      ),
    )
    expect(run.conclusion).toBe('success')
    expect(log).toMatch(/^x{1000000}$/m)
    expect(log.replaceAll(/[^y]/g, '').length).toBeGreaterThanOrEqual(2_500_000)
    expect(log).not.toContain('\0')
  })

  test('colours are kept', async () => {
    expect((await runText(oneJob("- run: printf '\\033[31mred\\033[0m\\n'"))).log).toBe('\u001b[31mred\u001b[0m')
  })
})

describe('environment', () => {
  test('is the base of the machine with workflow, job and step on top, and nothing of this process', async () => {
    process.env.LEAKED = 'yes'
    const machine = testMachine({ stepEnv: job => ({ GANTRY_JOB: job.id }), extraPath: ['/extra/bin'] })
    machine.env.GIT_DIR = '/elsewhere'
    const text = `env: { A: workflow, B: workflow, C: workflow }\n${oneJob('- run: echo "$A $B $C ${{ env.C }} leaked=$LEAKED git=$GIT_DIR $GANTRY_JOB $PATH"\n  env: { C: step }', 'env: { B: job }')}`
    const { log } = await runText(text, machine)
    expect(log).toMatch(/^workflow job step step leaked= git= a [^:]+\/npm\/bin:([^:]+\/a-[^:]+:)+\/extra\/bin:/)
  })

  test('has what the machine gives the job to keep for itself: masked in every output, and over when the job is', async () => {
    const ended: string[] = []
    const machine = testMachine({
      jobSecrets: async job => ({ env: { OWN: 'hush-own' }, end: async () => void ended.push(job.id) }),
    })
    const { log, run } = await runText(oneJob('- run: echo "$OWN"; echo "::error::$OWN"; exit 1'), machine)
    expect(log).toContain('***')
    expect(JSON.stringify([log, run])).not.toContain('hush-own')
    expect(ended).toEqual(['a'])
  })

  test('fails the job that the machine has no secrets for, and says why', async () => {
    const jobSecrets = () => Promise.reject(new Error('the token could not be made'))
    const { run } = await runText(oneJob('- run: echo ran'), testMachine({ jobSecrets }))
    expect(run).toMatchObject({
      conclusion: 'failure',
      jobs: [{ annotations: [{ message: 'the token could not be made' }] }],
    })
  })

  test("says GitHub's words", async () => {
    const names =
      'CI GITHUB_ACTIONS GITHUB_SHA GITHUB_REF GITHUB_REF_NAME GITHUB_EVENT_NAME GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_RUN_ATTEMPT GITHUB_JOB GITHUB_ACTOR GITHUB_REPOSITORY GITHUB_WORKFLOW RUNNER_OS'
    const { log } = await runText(
      oneJob(
        `- run: |\n    for n in ${names}; do printf '%s ' "\${!n}"; done\n    echo; test "$PWD" = "$GITHUB_WORKSPACE"; test -d "$RUNNER_TEMP"; test -d "$RUNNER_TOOL_CACHE"; cat "$GITHUB_EVENT_PATH"\n  shell: bash`,
      ),
      testMachine(),
      { eventPayload: { after: 'x' } },
    )
    expect(log).toContain(
      `true true 0123456789abcdef0123456789abcdef01234567 refs/heads/main main push ${numericRunId('run-1')} 7 1 a ada acme/site .github/workflows/test.yml ${process.platform === 'darwin' ? 'macOS' : 'Linux'}`,
    )
    expect(log).toContain('"full_name":"acme/site"')
    expect(log).toContain('"after":"x"')
  })

  test('GITHUB_ENV and GITHUB_PATH reach later steps, step env does not', async () => {
    const { log } = await runText(
      oneJob(`
- run: |
    echo "ONE=1" >> $GITHUB_ENV
    { echo "MANY<<E"; echo "a=b"; echo "c<<d"; echo E; } >> $GITHUB_ENV
    mkdir bin; printf '#!/bin/sh\\necho from-bin' > bin/mine; chmod +x bin/mine
    echo "$PWD/bin" >> $GITHUB_PATH
  env: { GONE: x }
- run: echo "$ONE \${{ env.ONE }} $MANY gone=$GONE"; mine
`),
    )
    expect(log).toBe('1 1 a=b\nc<<d gone=\nfrom-bin')
  })

  test('every step has command files of its own, and may delete them', async () => {
    const { log, run } = await runText(
      oneJob('- run: echo a=1 >> $GITHUB_OUTPUT\n- run: wc -c < $GITHUB_OUTPUT; rm $GITHUB_OUTPUT'),
    )
    expect(log.trim()).toBe('0')
    expect(run.conclusion).toBe('success')
  })

  test.each([
    ['NODE_OPTIONS', 'echo NODE_OPTIONS=--inspect >> $GITHUB_ENV', 'any variable but NODE_OPTIONS'],
    ['a heredoc without end', 'printf "A<<E\\nx\\n" >> $GITHUB_ENV', 'GITHUB_ENV: expected the delimiter "E"'],
    ['a line that is neither', 'echo hello >> $GITHUB_OUTPUT', 'GITHUB_OUTPUT: expected NAME=VALUE'],
    ['a line without a name', 'echo =x >> $GITHUB_STATE', 'GITHUB_STATE: expected a name'],
  ])('refuses %s', async (_, script, message) => {
    const { job } = await runText(oneJob(`- run: '${script}'`))
    expect(job('a').conclusion).toBe('failure')
    expect(job('a').annotations[0]?.message).toContain(message)
  })
})

describe('how a step ends', () => {
  test('outcome is before continue-on-error, conclusion after it', async () => {
    const { job, log } = await runText(
      oneJob(
        '- id: s\n  run: exit 2\n  continue-on-error: ${{ 1 == 1 }}\n- run: echo ${{ steps.s.outcome }} ${{ steps.s.conclusion }}',
      ),
    )
    expect(log).toContain('failure success')
    expect(job('a')).toMatchObject({
      conclusion: 'success',
      steps: [{ outcome: 'failure', conclusion: 'success', exitCode: 2 }, {}],
    })
  })

  test('after a failure only steps that ask for it run', async () => {
    const { job } = await runText(
      oneJob(
        '- run: exit 1\n- run: a\n- run: "true"\n  if: failure()\n- run: "true"\n  if: always()\n- run: a\n  if: success()',
      ),
    )
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual([
      'failure',
      'skipped',
      'success',
      'success',
      'skipped',
    ])
    expect(job('a').conclusion).toBe('failure')
  })

  test('an expression that breaks fails the step, with the reason', async () => {
    const { job } = await runText(
      oneJob(
        `- run: echo\n  if: fromJSON('{')\n- run: echo \${{ fromJSON('{') }}\n  if: always()\n- run: a\n  if: always()\n  continue-on-error: \${{ fromJSON('{') }}\n- name: "n \${{ fromJSON('{') }}"\n  run: 'true'\n  if: always()`,
      ),
    )
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure', 'failure', 'success'])
  })

  test('a step over its time is stopped and fails; what ignores SIGINT and SIGTERM is killed', async () => {
    const { job, log } = await runText(
      oneJob(
        `- run: |\n    trap 'echo int' INT; trap 'echo term' TERM\n    while true; do sleep 0.1 || true; done\n  timeout-minutes: 0.004`,
      ),
    )
    expect(job('a').steps[0]).toMatchObject({ outcome: 'failure', exitCode: 137 })
    expect(log).toMatch(/int[\s\S]*term/)
    expect(job('a').annotations[0]?.message).toContain('within 0.004 minutes')
  })

  test('a job over its time is cancelled, its always() steps still run', async () => {
    const { job } = await runText(
      oneJob('- run: exec sleep 20\n- run: "true"\n  if: always()', 'timeout-minutes: 0.004'),
    )
    expect(job('a').conclusion).toBe('cancelled')
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'success'])
    expect(job('a').annotations[0]?.message).toContain('expected the job to end within 0.004 minutes')
  })

  test('a process that forgot what it was given is killed with the job whose folder it works in', async () => {
    const mark = `sleep 96${process.pid}`
    const { job } = await runText(
      oneJob(
        `- run: (env -i setsid ${mark} </dev/null >/dev/null 2>&1 &); (cd / && env -i setsid ${mark} &); sleep 0.2`,
      ),
    )
    expect(job('a').conclusion).toBe('success')
    const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
    expect(left.filter(line => line.startsWith(mark))).toEqual([])
  })

  test('a process left in the background does not hold the step, still speaks, and is killed with the job', async () => {
    const { log } = await runText(
      oneJob(
        '- run: |\n    (sleep 0.1; echo late; exec sleep 60.0271) &\n    setsid sleep 61.0271 > /dev/null 2>&1 &\n    echo now\n- run: sleep 0.4',
      ),
    )
    expect(log).toBe('now\nlate')
    const left = execFileSync('sh', ['-c', 'ps -eo args | grep -E "^sleep 6[01].0271" || true'], { encoding: 'utf8' })
    expect(left).toBe('')
  })
})

describe('what a step says', () => {
  test('annotations carry file and line; no more than 10 of a level and step are kept', async () => {
    const { job, log } = await runText(
      oneJob(
        `- run: |\n    echo "::error file=a.ts,line=3,col=5,title=T%2C1::bad%0Athing"\n    echo "##[warning]older"\n    for i in $(seq 12); do echo "::notice::n$i"; done`,
      ),
    )
    expect(job('a').annotations.slice(0, 2)).toEqual([
      { level: 'failure', message: 'bad\nthing', title: 'T,1', file: 'a.ts', line: 3, column: 5, step: 1 },
      { level: 'warning', message: 'older', step: 1 },
    ])
    expect(job('a').annotations).toHaveLength(12)
    expect(log).toContain('##[notice]n12')
  })

  test('a job keeps at most 50 annotations', async () => {
    const step = '- run: for i in $(seq 10); do echo "::notice::n"; echo "::warning::w"; done'
    expect((await runText(oneJob(`${step}\n${step}\n${step}`))).job('a').annotations).toHaveLength(50)
  })

  test('groups, stopped commands, debug and the older set-output', async () => {
    const steps = `- id: s\n  run: |\n    echo "::group::G"; echo "::endgroup::"\n    echo "::stop-commands::tok"; echo "::error::not one"; echo "::tok::"\n    echo "::debug::hidden"; echo "::set-output name=o::v"; echo "::save-state name=o::v"; echo "::unknown::shown"\n    echo "::echo::on"; echo "::remove-matcher owner=x::"\n- run: echo "o=\${{ steps.s.outputs.o }}"`
    const { log, job } = await runText(oneJob(steps))
    expect(log).toBe('##[group]G\n##[endgroup]\n::error::not one\n::unknown::shown\no=v')
    expect(job('a').annotations).toEqual([])
    const debugging = await runText(
      oneJob('- run: echo "::debug::seen"'),
      testMachine({ vars: () => ({ ACTIONS_STEP_DEBUG: 'true' }) }),
    )
    expect(debugging.log).toBe('##[debug]seen')
  })

  test('set-env and add-path are refused unless allowed', async () => {
    const script = '- run: echo "::set-env name=A::b"; echo "::add-path::/x"\n- run: echo "A=$A"; echo $PATH'
    const { job } = await runText(oneJob(script))
    expect(job('a').annotations[0]?.message).toContain('expected GITHUB_ENV to be used')
    const allowed = await runText(oneJob(script, "env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true' }"))
    expect(allowed.log).toMatch(/A=b\n\/x:/)
  })

  test('the summary is kept, masked; one over a mebibyte is dropped with an error', async () => {
    const machine = testMachine({ secrets: () => ({ S: 'hush-hush' }) })
    const { job } = await runText(
      oneJob(
        '- run: echo "# hush-hush" >> $GITHUB_STEP_SUMMARY\n- run: echo two >> $GITHUB_STEP_SUMMARY\n- run: head -c 1048577 /dev/zero > $GITHUB_STEP_SUMMARY',
      ),
      machine,
    )
    expect(job('a').summary).toBe('# ***\ntwo\n')
    expect(job('a').annotations[0]?.message).toContain('at most 1024 KiB, got 1025 KiB')
    expect(job('a').conclusion).toBe('success')
  })

  test('secrets never show: not in logs, names, annotations or outputs', async () => {
    const secrets = { KEY: 'line-one\nline-two', JSON: '{"password": "p4ssw0rd"}' }
    const { log, job } = await runText(
      oneJob(
        `- name: with \${{ secrets.KEY }}\n  id: s\n  run: |\n    echo "a line-two b p4ssw0rd"; echo "::error::line-one"\n    echo "::add-mask::fresh-one"; echo "fresh-one"; echo leak=xline-twox >> $GITHUB_OUTPUT; echo fine=ok >> $GITHUB_OUTPUT\n    printf line-one | base64\n- run: echo "\${{ secrets.KEY }}"`,
        'outputs: { leak: "${{ steps.s.outputs.leak }}", fine: "${{ steps.s.outputs.fine }}" }',
      ),
      testMachine({ secrets: () => secrets }),
    )
    const everything = JSON.stringify([log, job('a')])
    for (const word of ['line-one', 'line-two', 'p4ssw0rd', 'fresh-one', 'bGluZS1vbm'])
      expect(everything).not.toContain(word)
    expect(job('a').outputs).toEqual({ fine: 'ok' })
    expect(job('a').annotations.at(-1)?.message).toContain('"leak" is held back')
  })
})

describe('a step that fails', () => {
  test('can be looked at where it failed, with its folder and environment, before the job goes on', async () => {
    const seen: FailedStep[] = []
    const machine = testMachine({
      lookAtFailure: async failed => {
        seen.push(failed)
        writeFileSync(join(failed.folder, 'looked'), '')
      },
    })
    const { run, log } = await runText(
      oneJob(`
- run: mkdir d && echo "A=late" >> "$GITHUB_ENV"
- name: breaks
  working-directory: d
  env: { B: own }
  run: exit 3
- if: always()
  run: ls d
- continue-on-error: true
  run: exit 1`),
      machine,
    )
    expect(run.conclusion).toBe('failure')
    expect(seen.map(({ job, step }) => `${job} ${step}`)).toEqual(['a breaks'])
    expect(seen[0]?.folder).toMatch(/\/work\/d$/)
    expect(seen[0]?.env).toMatchObject({ A: 'late', B: 'own', GITHUB_JOB: 'a' })
    expect(log).toContain('looked')
  })
})
