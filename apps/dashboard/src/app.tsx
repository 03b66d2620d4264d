import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorRouteComponent,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { queries } from './api/queries.ts'
import { queryClient } from './api/query-client.ts'
import { currentProject, projectPath } from './project/current-project.ts'
import { Doorway, ProjectsPage } from './project/doorway.tsx'
import { parseSearch, stringifySearch, texts } from './routes/search.ts'
import { part } from './shell/parts.ts'
import { NotFound, RouteFailed } from './shell/route-failed.tsx'
import { Shell } from './shell/shell.tsx'

const project = currentProject()
const root = createRootRoute({ component: Shell, notFoundComponent: project === null ? Doorway : NotFound })
const at = <const Path extends string>(path: Path) => ({ getParentRoute: () => root, path }) as const
/** Loaders only start a question: each panel shows its own answer or its own refusal. */
const ask = (query: { queryKey: readonly unknown[] }) => void queryClient.prefetchQuery(query as never)

const line = createRoute({
  ...at('/'),
  loader: () => ask(queries.line()),
  component: lazyRouteComponent(
    part(() => import('./line/line-page.tsx')),
    'LinePage',
  ),
})
const projects = createRoute({ ...at('/projects'), component: ProjectsPage })
const runs = createRoute({
  ...at('/runs'),
  validateSearch: texts('workflow', 'branch', 'author', 'event', 'status', 'before'),
  component: lazyRouteComponent(
    part(() => import('./run/runs-screen.tsx')),
    'RunsScreen',
  ),
})
const metrics = createRoute({
  ...at('/runs/metrics'),
  validateSearch: texts('days'),
  component: lazyRouteComponent(
    part(() => import('./metrics/metrics-screen.tsx')),
    'MetricsScreen',
  ),
})
const run = createRoute({
  ...at('/runs/$run'),
  validateSearch: texts('job', 'step', 'line', 'view'),
  loader: ({ params }) => ask(queries.run(params.run)),
  component: lazyRouteComponent(
    part(() => import('./run/run-screen.tsx')),
    'RunScreen',
  ),
})
const releases = createRoute({
  ...at('/releases'),
  validateSearch: texts('picked'),
  loader: () => ask(queries.releases()),
  component: lazyRouteComponent(
    part(() => import('./release/releases-screen.tsx')),
    'ReleasesScreen',
  ),
})
const compare = createRoute({
  ...at('/releases/compare'),
  validateSearch: texts('from', 'to', 'environment'),
  component: lazyRouteComponent(
    part(() => import('./release/compare-screen.tsx')),
    'CompareScreen',
  ),
})
const figures = createRoute({
  ...at('/releases/figures'),
  validateSearch: texts('environment', 'days'),
  component: lazyRouteComponent(
    part(() => import('./release/figures-screen.tsx')),
    'FiguresScreen',
  ),
})
const previews = createRoute({
  ...at('/previews'),
  loader: () => ask(queries.previews()),
  component: lazyRouteComponent(
    part(() => import('./preview/previews-screen.tsx')),
    'PreviewsScreen',
  ),
})
const release = createRoute({
  ...at('/releases/$release'),
  loader: ({ params }) => ask(queries.release(params.release)),
  component: lazyRouteComponent(
    part(() => import('./release/release-page.tsx')),
    'ReleasePage',
  ),
})
const issues = createRoute({
  ...at('/issues'),
  validateSearch: texts('state', 'q', 'environment', 'release', 'saved'),
  component: lazyRouteComponent(
    part(() => import('./issue/issues-screen.tsx')),
    'IssuesScreen',
  ),
})
const issue = createRoute({
  ...at('/issues/$issue'),
  validateSearch: texts('event', 'stack', 'range', 'by'),
  loader: ({ params }) => ask(queries.issue(params.issue)),
  component: lazyRouteComponent(
    part(() => import('./issue/issue-screen.tsx')),
    'IssueScreen',
  ),
})
const trace = createRoute({
  ...at('/traces/$trace'),
  validateSearch: texts('span', 'lines', 'only'),
  loader: ({ params }) => ask(queries.trace(params.trace)),
  component: lazyRouteComponent(
    part(() => import('./trace/trace-screen.tsx')),
    'TraceScreen',
  ),
})
const logFields = [
  'q',
  'service',
  'environment',
  'release',
  'level',
  'traceId',
  'range',
  'from',
  'to',
  'columns',
  'saved',
  'live',
  'line',
] as const
const logs = createRoute({
  ...at('/logs'),
  validateSearch: texts(...logFields),
  component: lazyRouteComponent(
    part(() => import('./log/logs-screen.tsx')),
    'LogsScreen',
  ),
})
const monitors = createRoute({
  ...at('/monitors'),
  loader: () => ask(queries.monitors()),
  component: lazyRouteComponent(
    part(() => import('./monitor/monitors-screen.tsx')),
    'MonitorsScreen',
  ),
})
const incidents = createRoute({
  ...at('/incidents'),
  loader: () => ask(queries.incidents()),
  component: lazyRouteComponent(
    part(() => import('./incident/incidents-screen.tsx')),
    'IncidentsScreen',
  ),
})
const incident = createRoute({
  ...at('/incidents/$incident'),
  validateSearch: texts('entries', 'order'),
  loader: ({ params }) => ask(queries.incident(params.incident)),
  component: lazyRouteComponent(
    part(() => import('./incident/incident-page.tsx')),
    'IncidentPage',
  ),
})
const runbooks = createRoute({
  ...at('/runbooks'),
  loader: () => ask(queries.runbooks()),
  component: lazyRouteComponent(
    part(() => import('./runbook/runbooks-screen.tsx')),
    'RunbooksScreen',
  ),
})
const runbook = createRoute({
  ...at('/runbooks/$slug'),
  loader: ({ params }) => ask(queries.runbook(params.slug)),
  component: lazyRouteComponent(
    part(() => import('./runbook/runbook-screen.tsx')),
    'RunbookScreen',
  ),
})
const ledger = createRoute({
  ...at('/ledger'),
  validateSearch: texts('before', 'seq'),
  component: lazyRouteComponent(
    part(() => import('./ledger/ledger-screen.tsx')),
    'LedgerScreen',
  ),
})

const settingsPart = part(() => import('./settings/settings-page.tsx'))
const settings = createRoute({ ...at('/settings'), component: lazyRouteComponent(settingsPart, 'SettingsPage') })
const setting = createRoute({
  ...at('/settings/$section'),
  component: lazyRouteComponent(settingsPart, 'SettingsPage'),
})
const profile = createRoute({
  ...at('/profile'),
  component: lazyRouteComponent(
    part(() => import('./person/profile-page.tsx')),
    'ProfilePage',
  ),
})
const device = createRoute({
  ...at('/device'),
  component: lazyRouteComponent(
    part(() => import('./person/device-page.tsx')),
    'DevicePage',
  ),
})

/** Screens that are about no project. At every other address without one stands the doorway. */
const ofServer = [projects, profile, device] as const
const delivering = [line, runs, metrics, run, releases, compare, figures, release, previews] as const
const watching = [issues, issue, trace, logs, monitors, incidents, incident, runbooks, runbook, ledger] as const
const deciding = [settings, setting] as const

const screens = [...delivering, ...watching, ...deciding, ...ofServer] as const

export const app = createRouter({
  routeTree: root.addChildren(project === null ? (ofServer as unknown as typeof screens) : screens),
  basepath: project === null ? '/' : projectPath(project),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: RouteFailed as ErrorRouteComponent,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof app
  }
}
