type Loose = Record<string, unknown>

/** What clients send, see https://develop.sentry.dev/sdk/data-model/event-payloads/ . The rest is what the server added. */
const sentByClients = [
  ...['event_id', 'timestamp', 'platform', 'level', 'logger', 'transaction', 'server_name', 'release', 'dist'],
  ...['environment', 'message', 'logentry', 'exception', 'threads', 'breadcrumbs', 'request', 'contexts', 'user'],
  ...['extra', 'sdk', 'modules', 'fingerprint', 'debug_meta', 'csp'],
]
/** Tags that the server makes of fields. */
const madeTags = new Set(['level', 'environment', 'release', 'dist', 'user', 'transaction', 'url', 'server_name'])

const objectOf = (value: unknown): Loose =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Loose) : {}
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const valuesOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : listOf(objectOf(value)['values']))

/** An event as its JSON is told: nearly as its client sent it, with what the server read in it. */
export function clientEventOf(json: Loose): Loose {
  const kept = Object.fromEntries(sentByClients.flatMap(name => (json[name] == null ? [] : [[name, json[name]]])))
  const tags = tagPairs(json['tags'])
  return {
    ...kept,
    ...(kept['level'] === undefined && { level: tags.get('level') }),
    ...(kept['timestamp'] === undefined && { timestamp: json['datetime'] }),
    tags: ownTags(tags),
    exception: { values: valuesOf(json['exception']).map(withClientsFrames) },
  }
}

/** An event in the shape of the API, where frames and fields have other names. */
export function clientEventFromApi(event: Loose): Loose {
  const entries = new Map(
    listOf(event['entries']).map(entry => [objectOf(entry)['type'], objectOf(objectOf(entry)['data'])]),
  )
  const tags = tagPairs(event['tags'])
  const message = entries.get('message')
  return {
    ...{ event_id: event['eventID'] ?? event['id'], timestamp: event['dateCreated'], platform: event['platform'] },
    ...{ level: tags.get('level'), environment: tags.get('environment'), dist: event['dist'] ?? undefined },
    ...{ release: objectOf(event['release'])['version'] ?? tags.get('release') },
    ...{ transaction: tags.get('transaction'), server_name: tags.get('server_name'), tags: ownTags(tags) },
    ...{ user: event['user'], contexts: event['contexts'], extra: event['context'], sdk: event['sdk'] },
    ...{ modules: event['packages'], breadcrumbs: entries.get('breadcrumbs'), csp: entries.get('csp') },
    ...(message
      ? { logentry: { formatted: message['formatted'], message: message['message'], params: message['params'] } }
      : { message: event['message'] || undefined }),
    request: requestOf(entries.get('request')),
    exception: { values: valuesOf(entries.get('exception')).map(exceptionOf) },
  }
}

function tagPairs(tags: unknown): Map<string, unknown> {
  const pairs = Array.isArray(tags)
    ? tags.map((tag): [unknown, unknown] =>
        Array.isArray(tag) ? [tag[0], tag[1]] : [objectOf(tag)['key'], objectOf(tag)['value']],
      )
    : Object.entries(objectOf(tags))
  return new Map(
    pairs.flatMap(([name, value]) => (typeof name === 'string' ? [[name.replace(/^sentry:/, ''), value]] : [])),
  )
}

const ownTags = (tags: Map<string, unknown>) => [...tags].filter(([name]) => !madeTags.has(name))

function requestOf(request: Loose | undefined): Loose | undefined {
  if (!request) return undefined
  const { url, method, headers, data, cookies, env, query } = request
  return { url, method, headers, data, cookies, env, query_string: query }
}

function exceptionOf(value: unknown): Loose {
  const { type, value: said, module, mechanism, stacktrace, rawStacktrace } = objectOf(value)
  const frames = (stack: unknown) => ({ frames: listOf(objectOf(stack)['frames']).map(frameOf) })
  return {
    ...{ type, value: said, module, mechanism },
    ...(stacktrace != null && { stacktrace: frames(stacktrace) }),
    ...(rawStacktrace != null && { raw_stacktrace: frames(rawStacktrace) }),
  }
}

/** GlitchTip leaves some names as clients have them. */
function frameOf(value: unknown): Loose {
  const frame = objectOf(value)
  const lineno = frame['lineNo'] ?? frame['lineno']
  return {
    ...{ filename: frame['filename'], abs_path: frame['absPath'] ?? frame['abs_path'], module: frame['module'] },
    ...{ function: frame['function'], lineno, colno: frame['colNo'] ?? frame['colno'], vars: frame['vars'] },
    in_app: frame['inApp'] ?? frame['in_app'] ?? undefined,
    ...contextOf(listOf(frame['context']), lineno),
  }
}

/** Lines around the frame, each with its number. */
function contextOf(context: unknown[], lineno: unknown): Loose {
  const lines = context.map(line => [Number(listOf(line)[0]), listOf(line)[1]] as const)
  const at = lines.findIndex(([number]) => number === lineno)
  if (at === -1) return {}
  const code = lines.map(([, line]) => line)
  return { pre_context: code.slice(0, at), context_line: code[at], post_context: code.slice(at + 1) }
}

function withClientsFrames(value: unknown): Loose {
  const exception = objectOf(value)
  const own = (stack: unknown) =>
    stack == null ? stack : { ...objectOf(stack), frames: listOf(objectOf(stack)['frames']).map(withClientsWord) }
  return { ...exception, stacktrace: own(exception['stacktrace']), raw_stacktrace: own(exception['raw_stacktrace']) }
}

/** Rules of the server decide which frames are the product's own; what the client said stands beside, and Gantry has rules of its own. */
function withClientsWord(value: unknown): Loose {
  const frame = objectOf(value)
  const said = objectOf(frame['data'])['orig_in_app']
  if (typeof said !== 'number') return frame
  return { ...frame, in_app: said === -1 ? undefined : said === 1 }
}
