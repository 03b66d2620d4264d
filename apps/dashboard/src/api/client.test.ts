import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError, get, post } from './client.ts'
import { signedOut } from './session.ts'

vi.mock('./session.ts', () => ({ signedOut: vi.fn() }))

const asked = vi.fn<(path: string, init: RequestInit) => Promise<Response>>()
beforeEach(() => {
  vi.stubGlobal('fetch', asked)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

const answers = (status: number, body: string, type = 'application/json') =>
  asked.mockResolvedValueOnce(new Response(body, { status, headers: { 'content-type': type } }))
const refused = (question: Promise<unknown>): Promise<ApiError> =>
  question.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => (error instanceof ApiError ? error : expect.unreachable(String(error))),
  )

test('an answer is its body, and the question goes below /api/v1', async () => {
  answers(200, '{"runs":[]}')
  expect(await get('/runs?limit=1')).toEqual({ runs: [] })
  expect(asked).toHaveBeenCalledExactlyOnceWith('/api/v1/runs?limit=1', {})
})

test('what is posted is JSON and says so', async () => {
  answers(201, '{"id":"r"}')
  expect(await post('/runs/1/rerun', { reason: 'flaky “wire”' })).toEqual({ id: 'r' })
  expect(asked).toHaveBeenCalledExactlyOnceWith('/api/v1/runs/1/rerun', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"reason":"flaky “wire”"}',
  })
})

test('a refusal has the words of the server: code, message, hint, facts and the id of the request', async () => {
  const error = {
    code: 'VERSION_OUTDATED',
    message: 'it was version 4',
    hint: 'Load it again.',
    facts: { version: 4 },
    requestId: 'q-7',
  }
  answers(409, JSON.stringify({ error }))
  const refusal = await refused(post('/issues/7/mute', { version: 3 }))
  const { name, status, code, message, hint, facts, requestId } = refusal
  expect({ name, status, code, message, hint, facts, requestId }).toEqual({ name: 'ApiError', status: 409, ...error })
  expect(signedOut).not.toHaveBeenCalled()
})

test.each([
  ['a page of HTML', '<html>Bad gateway</html>'],
  ['nothing', ''],
  ['null', 'null'],
  ['JSON of somebody else', '{"message":"no"}'],
])('a refusal that is %s says its status and what to do', async (_, body) => {
  answers(502, body, 'text/html')
  const { status, code, message, hint, requestId, facts } = await refused(get('/line'))
  expect([status, code, message, requestId, facts]).toEqual([502, 'INTERNAL', 'the server answered 502', null, {}])
  expect(hint).toContain('gantry up')
})

test('a refusal that leaves out its hint still has one', async () => {
  answers(500, '{"error":{"code":"X","message":"m"}}')
  const { code, message, hint } = await refused(get('/line'))
  expect([code, message]).toEqual(['X', 'm'])
  expect(hint).not.toBe('')
})

test('a 401 is told to the shell, and is a refusal all the same', async () => {
  answers(401, '{"error":{"code":"SIGNED_OUT","message":"sign in"}}')
  const { status, code } = await refused(get('/me'))
  expect([status, code]).toEqual([401, 'SIGNED_OUT'])
  expect(signedOut).toHaveBeenCalledTimes(1)
})

test('a server that does not answer is a refusal of status 0: nobody was signed out', async () => {
  asked.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  const { status, code, hint } = await refused(get('/line'))
  expect([status, code, hint]).toEqual([0, 'SERVER_UNREACHABLE', 'Start it with `gantry up`, then try again.'])
  expect(signedOut).not.toHaveBeenCalled()
})

test('a question that was given up is no refusal', async () => {
  const leaving = new AbortController()
  asked.mockImplementationOnce(
    (_path, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
  )
  const question = get('/line', leaving.signal)
  leaving.abort()
  const error = await question.catch((cause: unknown) => cause)
  expect(error).not.toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ name: 'AbortError' })
})

test('an answer that is no JSON names what may have answered instead', async () => {
  answers(200, '<!doctype html><title>Sign in to the proxy</title>', 'text/html')
  const refusal = await refused(get('/line'))
  expect(refusal.message).toMatch(/expected JSON/)
  expect(refusal.hint).toMatch(/proxy/)
})
