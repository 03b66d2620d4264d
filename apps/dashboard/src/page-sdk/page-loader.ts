/**
 * A script for the pages of others: notes what fails and what the page says, and fetches the SDK when there is something to report.
 * The server puts it into a function, so that the page sees nothing of it but `Sentry`, and its settings in; `null` is a key that does
 * not work: then the page finds everything it calls, and nothing is done.
 */
interface LoaderSettings {
  key: string
  /** As the DSN has it. */
  project: number
  /** Of this server, when the page does not say from where it has the script. */
  url: string
  /** Path of the SDK. */
  sdk: string
}
declare const __GANTRY_LOADER__: LoaderSettings | null

type Call = (...args: unknown[]) => unknown
type Sdk = Record<string, Call>

/** Before the SDK is there; more is not kept. */
const mostKept = 100
const reports = [
  'captureEvent',
  'captureException',
  'captureFeedback',
  'captureMessage',
  'showReportDialog',
  'withScope',
]
const notes = ['addBreadcrumb', 'addEventProcessor', 'configureScope', 'init', 'setContext', 'setExtra', 'setExtras']

const settings = __GANTRY_LOADER__
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null
const base = script?.src.replace(/\/(?:js-sdk-loader\/)?[0-9a-f]{32}(?:\.min)?\.js.*$/, '') || settings?.url
const calls: [name: string, args: unknown[]][] = []
const faults: { error: unknown; type: string }[] = []
const whenLoaded: unknown[] = [Reflect.get(window, 'sentryOnLoad')]
let isAskedFor = false

const keep = <T>(list: T[], one: T) => {
  if (settings !== null && list.length < mostKept) list.push(one)
}
const onError = ({ error, message }: ErrorEvent) => noteFault(error ?? message, 'onerror')
const onRejection = ({ reason }: PromiseRejectionEvent) => noteFault(reason, 'onunhandledrejection')

const stub: Sdk = { onLoad: act => keep(whenLoaded, act), forceLoad: load }
for (const name of [...reports, ...notes, 'setTag', 'setTags', 'setUser'])
  stub[name] = (...args) => {
    keep(calls, [name, args])
    if (reports.includes(name)) load()
  }
Reflect.set(window, 'Sentry', stub)

if (settings !== null) {
  window.addEventListener('error', onError)
  window.addEventListener('unhandledrejection', onRejection)
  if (script?.dataset['lazy'] === 'no') load()
}

function noteFault(error: unknown, type: string) {
  keep(faults, { error, type: `auto.browser.global_handlers.${type}` })
  load()
}

function load() {
  if (isAskedFor || settings === null) return
  isAskedFor = true
  const sdk = document.createElement('script')
  sdk.type = 'module'
  sdk.src = base + settings.sdk
  // A policy that lets scripts in by a nonce lets in what they fetch.
  if (script?.nonce) sdk.nonce = script.nonce
  sdk.onload = start
  document.head.append(sdk)
}

/** The SDK has put itself where the stub was. */
function start() {
  window.removeEventListener('error', onError)
  window.removeEventListener('unhandledrejection', onRejection)
  const sdk: Sdk = Reflect.get(window, 'Sentry')
  const { init } = sdk
  let isBegun = false
  const begin = (options: unknown) => {
    isBegun = true
    return init?.({ ...defaults(), ...(options as object) })
  }
  const configureScope = (act: Call) => act(sdk['getCurrentScope']?.())
  Object.assign(sdk, { init: begin, onLoad: attempt, forceLoad: () => undefined, configureScope })
  // A page that has a say in how it is set up, calls `Sentry.init` here.
  for (const act of whenLoaded) attempt(act)
  if (!isBegun) begin(calls.find(([name]) => name === 'init')?.[1][0])
  for (const [name, args] of calls) if (name !== 'init') attempt(sdk[name], args)
  for (const { error, type } of faults)
    attempt(sdk['captureException'], [error, { mechanism: { type, handled: false } }])
}

/** What the page gave fails by itself alone. */
function attempt(act: unknown, args: unknown[] = []) {
  if (typeof act !== 'function') return
  try {
    act(...args)
  } catch (error) {
    console.error(error)
  }
}

/** With what the host of the page says in `/env.js`. */
function defaults(): object {
  const { protocol, host, pathname } = new URL(base ?? '')
  const said: Record<string, unknown> = Reflect.get(window, '__ENV__') ?? {}
  return {
    dsn: `${protocol}//${settings?.key}@${host}${pathname.replace(/\/$/, '')}/${settings?.project}`,
    ...(said['SENTRY_RELEASE'] ? { release: said['SENTRY_RELEASE'] } : {}),
    ...(said['SENTRY_ENVIRONMENT'] ? { environment: said['SENTRY_ENVIRONMENT'] } : {}),
  }
}

export {}
