import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as core from '@actions/core'
import * as exec from '@actions/exec'
import { context, getOctokit } from '@actions/github'
import * as glob from '@actions/glob'
import * as io from '@actions/io'
import { retry } from '@octokit/plugin-retry'

/**
 * The process in which `actions/github-script` runs: the same names in scope as on GitHub, from GitHub's own toolkit.
 * https://github.com/actions/github-script/blob/main/src/main.ts
 */
process.on('unhandledRejection', fail)
await main().catch(fail)

async function main(): Promise<void> {
  const github = makeClient(core.getInput('github-token'))
  const fromWorkspace = createRequire(join(process.cwd(), 'github-script.js'))
  const scope: Record<string, unknown> = {
    require: fromWorkspace,
    __original_require__: createRequire(import.meta.url),
    github,
    octokit: github,
    getOctokit: makeClient,
    context,
    core,
    exec,
    glob,
    io,
  }
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (...args: unknown[]) => unknown
  const result = await new AsyncFunction(...Object.keys(scope), core.getInput('script'))(...Object.values(scope))
  core.setOutput('result', encoded(result, core.getInput('result-encoding')))
}

function encoded(result: unknown, encoding: string): string {
  if (encoding === 'json') return JSON.stringify(result) ?? ''
  if (encoding === 'string') return String(result)
  throw new Error(`expected result-encoding to be string or json, got "${encoding}"`)
}

type Client = ReturnType<typeof getOctokit>

/** Without a token or a way to the network a call fails with the way out; scripts that make none need neither. */
function makeClient(token: string, options: Parameters<typeof getOctokit>[1] = {}): Client {
  const baseUrl = core.getInput('base-url')
  const retries = Number.parseInt(core.getInput('retries'), 10) || 0
  const client = getOctokit(
    token === '' ? 'none' : token,
    {
      userAgent: core.getInput('user-agent'),
      retry: { enabled: retries > 0, doNotRetry: core.getInput('retry-exempt-status-codes').split(',').map(Number) },
      request: { retries },
      ...(core.getInput('debug') === 'true' ? { log: console } : {}),
      ...(baseUrl === '' ? {} : { baseUrl }),
      ...options,
    },
    retry,
  )
  client.hook.wrap('request', async (request, asked) => {
    const what = `${asked.method} ${new URL(asked.url, asked.baseUrl).href}`
    if (token === '') {
      throw new Error(
        `expected a token for ${what}, got none; set the input github-token, or GITHUB_TOKEN as a secret or in env`,
      )
    }
    try {
      return await request(asked)
    } catch (error) {
      if (isAnswer(error)) throw error
      throw new Error(`expected an answer to ${what}, got none (${reasonOf(error)}); this step needs the network`, {
        cause: error,
      })
    }
  })
  return client
}

/** An answer with an error status is the script's to handle, as on GitHub. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'response' in error && error.response !== undefined
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}

function fail(error: unknown): void {
  console.error(error)
  core.setFailed(`Unhandled error: ${error}`)
}
