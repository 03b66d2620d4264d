import { randomBytes } from 'node:crypto'

/** Of which size an event is: what a small service reports, or one with breadcrumbs, variables and lines of source. */
export type EventSize = '6' | '50'

/** An envelope of about that many KB. `isOneOff`: the bytes of its stack are like no other, though the fault is one of the fifty. */
export function envelope(size: EventSize, fault: number, isOneOff = false): string {
  const id = randomBytes(16).toString('hex')
  const frames = Array.from({ length: 30 }, (_, index) => ({
    filename: `/app/dist/module-${index}.js`,
    function: `step${index}`,
    lineno: index * 7,
    colno: 11,
    in_app: index > 20,
    context_line: `  return await next(request, ${index})`,
    ...(isOneOff && { vars: { request: id.slice(0, 8) } }),
    ...(size === '50' && surroundings(index)),
  }))
  const last = { filename: `/app/dist/fault-${fault}.js`, function: `fault${fault}`, lineno: 1, colno: 1, in_app: true }
  const event = {
    ...{ event_id: id, level: 'error', platform: 'node', timestamp: Date.now() / 1000 },
    ...{ release: 'bench', environment: 'production', user: { id: String(Math.floor(Math.random() * 1000)) } },
    exception: {
      values: [
        {
          type: 'TypeError',
          value: `total ${fault} is undefined`,
          stacktrace: { frames: [...frames, { ...last, context_line: '  throw new TypeError()' }] },
        },
      ],
    },
    extra: { padding: 'x'.repeat(1_200) },
    ...(size === '50' && told(id)),
  }
  return `${JSON.stringify({ event_id: id })}\n{"type":"event"}\n${JSON.stringify(event)}`
}

function surroundings(index: number): object {
  const lines = (write: (line: number) => string) => Array.from({ length: 5 }, (_, line) => write(line))
  return {
    pre_context: lines(line => `    const value${line} = await loadSomething(request.params.id, ${line})`),
    post_context: lines(line => `    if (value${line} === null) throw new NotFound('no thing ${line}')`),
    vars: { request: '<IncomingMessage>', count: index, user: { id: `u${index}`, name: 'Ana' } },
  }
}

function told(id: string): object {
  const breadcrumbs = Array.from({ length: 100 }, (_, index) => ({
    ...{ timestamp: Date.now() / 1000 - index, category: 'http', level: 'info', message: `GET /api/things/${index}` },
    data: { method: 'GET', url: `https://api.example.com/things/${index}?page=${index}`, status_code: 200 },
  }))
  return {
    breadcrumbs,
    contexts: { runtime: { name: 'node', version: 'v24' }, trace: { trace_id: id, span_id: id.slice(16) } },
    modules: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`package-${index}`, `1.${index}.0`])),
  }
}
