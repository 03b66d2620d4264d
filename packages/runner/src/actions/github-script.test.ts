import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { oneJob } from '@gantry/workflow/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { runText, testMachine } from '../testing/test-machine.ts'

/** A step with this script, and one that shows its result. */
const scripted = (script: string, inputs = ''): string =>
  oneJob(
    `- id: s\n  uses: actions/github-script@v7\n  with:\n    script: ${JSON.stringify(script)}\n    ${inputs}\n- if: always()\n  run: echo "result=$R"\n  env: { R: "\${{ steps.s.outputs.result }}" }`,
  )

const asked: { url: string; token: string | undefined }[] = []
const server: Server = createServer((request, response) => {
  asked.push({ url: request.url ?? '', token: request.headers.authorization })
  const isThere = !request.url?.includes('missing')
  response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(isThere ? { title: 'Broken', number: 3 } : { message: 'Not Found' }))
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const api = `http://127.0.0.1:${port}`
afterAll(() => server.close())

describe('actions/github-script', () => {
  test('has the toolkit, the event, modules of the workspace and of Node', async () => {
    const script = `
      const { a } = require('./own.cjs'); const os = require('node:os')
      core.exportVariable('SET', 'yes'); core.setOutput('more', 'm'); core.notice('seen')
      await core.group('inside', async () => core.info(os.EOL === '\\n' ? 'newline' : 'other'))
      await core.summary.addHeading('Title').write()
      await io.mkdirP('deep/er'); await exec.exec('touch', ['deep/er/f.txt'])
      const files = await (await glob.create('**/*.txt')).glob()
      core.setSecret('hushhush'); console.log('hushhush')
      return { a, files: files.length, event: context.eventName, pr: context.payload.number, repo: context.repo, runner: core.getInput('result-encoding') }`
    const { log, job } = await runText(
      oneJob(
        `- uses: actions/checkout@v4\n${scripted(script).split('steps:\n')[1]?.replace(/^ {6}/gm, '')}- run: echo "$SET \${{ steps.s.outputs.more }}"`,
      ),
      testMachine({ files: { 'own.cjs': 'exports.a = 1' } }),
      { event: 'pull_request', eventPayload: { number: 12, repository: { full_name: 'acme/site' } } },
    )
    expect(job('a').conclusion).toBe('success')
    expect(log).toContain(
      'result={"a":1,"files":1,"event":"pull_request","pr":12,"repo":{"owner":"acme","repo":"site"},"runner":"json"}',
    )
    expect(log).toContain('##[group]inside\nnewline\n##[endgroup]')
    expect(log).toContain('yes m')
    expect(log).not.toContain('hushhush')
    expect(job('a').summary).toContain('<h1>Title</h1>')
    expect(job('a').annotations).toMatchObject([{ level: 'notice', message: 'seen', step: 2 }])
  })

  test.each([
    ['return "plain"', 'result-encoding: string', 'result=plain'],
    ['return "plain"', '', 'result="plain"'],
    ['return', '', 'result='],
    ['return', 'result-encoding: string', 'result=undefined'],
  ])('%s, %s', async (script, inputs, shown) => {
    const { log } = await runText(scripted(script, inputs))
    expect(log.split('\n')).toContain(shown)
  })

  test.each([
    ['throw new Error("broke")', '', 'Unhandled error: Error: broke'],
    ['core.setFailed("not good")', '', 'not good'],
    ['const', '', 'Unhandled error: SyntaxError'],
    ['Promise.reject(new Error("later")); await new Promise(r => setTimeout(r, 20))', '', 'Error: later'],
    ['return 1', 'result-encoding: xml', 'expected result-encoding to be string or json, got "xml"'],
    ['', '', 'to have a "script"'],
  ])('fails once for %s', async (script, inputs, message) => {
    const { job } = await runText(scripted(script, inputs))
    expect(job('a').conclusion).toBe('failure')
    expect(job('a').annotations).toMatchObject([{ level: 'failure', message: expect.stringContaining(message) }])
  })

  test('a script that never ends is stopped with its step', async () => {
    const slow = scripted('await new Promise(r => setTimeout(r, 60_000))').replace(
      '- id: s\n',
      '- id: s\n        timeout-minutes: 0.02\n',
    )
    const { job } = await runText(slow)
    expect(job('a').annotations[0]?.message).toContain('within 0.02 minutes')
  })

  describe('calls of the API', () => {
    const call = 'return (await github.rest.issues.get({ ...context.repo, issue_number: 3 })).data.title'
    const event = { eventPayload: { repository: { full_name: 'acme/site' } } }

    test('without a token say how to give one', async () => {
      const { job } = await runText(scripted(call), testMachine(), event)
      expect(job('a').annotations[0]?.message).toMatch(
        /expected a token for GET https:\/\/api\.github\.com\/repos.*GITHUB_TOKEN/,
      )
    })

    test('without a network say that it is needed', async () => {
      const { job } = await runText(
        scripted(call, 'github-token: t0ken-1\n    base-url: http://127.0.0.1:9'),
        testMachine(),
        event,
      )
      expect(job('a').annotations[0]?.message).toMatch(
        /expected an answer to GET http:\/\/127\.0\.0\.1:9\/.*needs the network/,
      )
    })

    test.each<[string, string, Record<string, string>, Record<string, string>]>([
      ['the input', 'github-token: t0ken-1', {}, {}],
      ['the secret', '', { GITHUB_TOKEN: 't0ken-1' }, {}],
      ['the environment', '', {}, { GITHUB_TOKEN: 't0ken-1' }],
    ])('go to the API of the machine with the token of %s', async (_, inputs, secrets, env) => {
      asked.length = 0
      const base = testMachine()
      const machine = testMachine({ secrets: () => secrets, env: { ...base.env, ...env, GITHUB_API_URL: api } })
      const { log } = await runText(scripted(call, inputs), machine, event)
      expect(log).toContain('result="Broken"')
      expect(asked).toEqual([{ url: '/repos/acme/site/issues/3', token: 'token t0ken-1' }])
    })

    test('leave an answer with an error status to the script', async () => {
      const script =
        'try { await github.request("GET /missing") } catch (error) { return [error.status, error.message] }'
      const { log } = await runText(scripted(script, `github-token: t0ken-1\n    base-url: ${api}`))
      expect(log).toMatch(/result=\[404,"Not Found/)
    })
  })
})
