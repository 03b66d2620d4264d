import type { FakeIssue } from '@gantry/vendor-fakes'

type Loose = Record<string, unknown>

/** An issue as Sentry tells of it. */
export function fakeIssue(id: string, change: Loose = {}, more: Partial<FakeIssue> = {}): FakeIssue {
  return {
    issue: {
      ...{ id, shortId: `WEB-${id}`, title: `Error: broken ${id}`, culprit: 'GET /cart', level: 'error' },
      ...{ permalink: `https://shop.sentry.io/issues/${id}/`, status: 'unresolved', substatus: 'ongoing' },
      ...{ statusDetails: {}, count: '40', userCount: 7, numComments: 0, assignedTo: null, lifetime: null },
      ...{ firstSeen: '2026-10-01T08:00:00.000000Z', lastSeen: '2026-11-20T08:00:00Z', ...change },
    },
    ...{ events: [], json: {}, activity: [], comments: [], ...more },
  }
}

/** What a client sent, as Sentry tells of it: in the shape of its API, and as JSON with what the server added. */
export function toldOf(sent: Loose): Pick<FakeIssue, 'events' | 'json'> {
  const id = String(sent['event_id'])
  const values = ((sent['exception'] as Loose | undefined)?.['values'] ?? []) as Loose[]
  const tags = Object.entries({ level: sent['level'], environment: sent['environment'], release: sent['release'] })
  const event = {
    ...{ id, eventID: id, platform: sent['platform'], type: 'error', message: '', title: 'as listed' },
    ...{ dateCreated: instantOf(sent['timestamp']), tags: tags.map(([key, value]) => ({ key, value })) },
    ...{ user: null, contexts: sent['contexts'], sdk: sent['sdk'], release: { version: sent['release'] } },
    entries: [{ type: 'exception', data: { values: values.map(toldException) } }],
  }
  const json = {
    fingerprint: ['{{ default }}'],
    ...sent,
    ...{ hashes: ['d41d8cd98f00b204e9800998ecf8427e'], project: 4, tags, received: 1 },
  }
  return { events: [event], json: { [id]: json } }
}

const instantOf = (seconds: unknown): string => new Date(Number(seconds) * 1_000).toISOString()

function toldException({ stacktrace, ...exception }: Loose): Loose {
  const frames = ((stacktrace as Loose | undefined)?.['frames'] ?? []) as Loose[]
  return { ...exception, rawStacktrace: null, stacktrace: { frames: frames.map(toldFrame), hasSystemFrames: true } }
}

function toldFrame(frame: Loose): Loose {
  const line = Number(frame['lineno'])
  const pre = (frame['pre_context'] ?? []) as string[]
  const post = (frame['post_context'] ?? []) as string[]
  const around = [...pre, frame['context_line'], ...post]
  return {
    ...{
      filename: frame['filename'],
      absPath: frame['filename'],
      module: frame['module'],
      function: frame['function'],
    },
    ...{ lineNo: line, colNo: frame['colno'], inApp: frame['in_app'], vars: null },
    context: frame['context_line'] === undefined ? [] : around.map((code, index) => [line - pre.length + index, code]),
  }
}
