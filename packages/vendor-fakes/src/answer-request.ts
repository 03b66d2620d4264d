import type { FastifyReply } from 'fastify'
import type { Operation, SentRequest } from './description.ts'
import type { FakeAnswer, FakeSettings, RecordedRequest, VendorFake } from './fake.ts'
import type { Fault, FaultList } from './faults.ts'

interface Asked {
  settings: FakeSettings
  fake: VendorFake
  faults: FaultList
  isAllowed: boolean
  operation: Operation | null
  sent: SentRequest
  reply: FastifyReply
}

/** Checks a request, meets it with the fault that waits for it or does what it asks, and answers. */
export async function answerRequest(asked: Asked): Promise<void> {
  const { settings, fake, faults, operation, sent, isAllowed } = asked
  const record: RecordedRequest = { ...withoutToken(sent), operation: operation?.name ?? null, status: null }
  fake.requests.push(record)
  if (!isAllowed) return send(asked, record, settings.refusal)
  if (!operation) return send(asked, record, misfit(asked, 404, [`${sent.method} ${sent.path} is not described`]))
  const odd = operation.faultsOf(sent)
  if (odd.length > 0) return send(asked, record, misfit(asked, 400, odd))
  const fault = faults.next(operation.name)
  if (fault) return meet(asked, operation, record, fault)
  return send(asked, record, await perform(asked, operation))
}

async function meet(asked: Asked, operation: Operation, record: RecordedRequest, fault: Fault): Promise<void> {
  const { settings, reply } = asked
  const answerOf = (status: number, body: unknown): FakeAnswer => ({
    status,
    body: body ?? settings.errorBody(status, `fault_${status}`, `the fake answers ${status}`),
  })
  if (fault.kind === 'answers') {
    const { status, body, headers = {} } = fault
    return send(asked, record, { ...answerOf(status, body), headers })
  }
  if (fault.kind === 'done-but-answers') {
    await perform(asked, operation)
    return send(asked, record, answerOf(fault.status, fault.body))
  }
  if (fault.kind === 'cut') {
    if (fault.isDone) await perform(asked, operation)
    reply.hijack()
    reply.raw.destroy()
    return
  }
  const { status } = await perform(asked, operation)
  record.status = status
  reply.hijack()
  reply.raw.writeHead(status, {
    'content-type': 'application/json',
    'content-length': '1000',
    'x-fake-fault': 'slow-body',
  })
  reply.raw.write('{')
}

async function perform({ settings, fake, sent }: Asked, operation: Operation): Promise<FakeAnswer> {
  const act = settings.acts[operation.name]
  if (!act) throw new Error(`the fake does not do ${operation.name}`)
  const answer = await act({ ...sent, params: operation.params(sent.path) })
  fake.oddities.push(...operation.faultsOfAnswer(answer.status, answer.body).map(said => `${operation.name}: ${said}`))
  return answer
}

/** A request that no vendor takes is written down: a test that ends with one is wrong, however it ended. */
function misfit({ settings, fake, sent }: Asked, status: number, odd: string[]): FakeAnswer {
  fake.oddities.push(...odd.map(said => `${sent.method} ${sent.path}: ${said}`))
  return { status, body: settings.errorBody(status, status === 404 ? 'not_found' : 'bad_request', odd.join('; ')) }
}

async function send({ settings, fake, reply, sent }: Asked, record: RecordedRequest, made: FakeAnswer): Promise<void> {
  const answer = settings.finish?.(made, sent) ?? made
  record.status = answer.status
  const requestId = `req-${fake.requests.indexOf(record) + 1}`
  reply.status(answer.status).headers({ [settings.requestIdHeader]: requestId, ...answer.headers })
  if (answer.body === undefined) await reply.send()
  else await reply.type('application/json').send(JSON.stringify(answer.body))
}

function withoutToken(sent: SentRequest): SentRequest {
  const { authorization: _, ...headers } = sent.headers
  return { ...sent, headers }
}
