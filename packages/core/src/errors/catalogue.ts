/**
 * Every error Gantry can name, in one table. A code is never reused or given another meaning.
 * `status` is the HTTP status the server answers with, `exit` the exit code of the command
 * (1 the thing checked is bad, 2 you called it wrongly, 3 Gantry or a service it needs failed),
 * `hint` what to type or look at next.
 */
export const catalogue = {
  INTERNAL: { status: 500, exit: 3, hint: 'This is a bug in Gantry. Please report it with the lines above.' },
  NOT_FOUND: {
    status: 404,
    exit: 2,
    hint: 'See `gantry status` for what exists, or /api/v1/openapi.json for the routes.',
  },
  BAD_REQUEST: { status: 400, exit: 2, hint: 'Compare the request with /api/v1/openapi.json.' },
  QUERY_INVALID: {
    status: 400,
    exit: 2,
    hint: 'Mend the place named above; docs/guides/observability.md lists what can be searched for. A word in quotes is always a word.',
  },
  ISSUE_MERGED: {
    status: 409,
    exit: 1,
    hint: 'It belongs to the issue named above by now: merge that one, or undo its merge there.',
  },
  ISSUE_NOT_SPLIT: {
    status: 409,
    exit: 1,
    hint: 'An issue keeps at least one of its parts; `gantry issues parts <number>` lists them.',
  },
  TRACE_NOT_KEPT: {
    status: 404,
    exit: 2,
    hint: 'Traces are kept as long as events, and `ingest.spans` in gantry.config.ts says which share of them; docs/guides/traces.md.',
  },
  IMPORT_MOVED_ON: {
    status: 409,
    exit: 1,
    hint: 'Another process carries it out, or it ended: `gantry import list`. Run the import again to go on with it.',
  },
  BODY_TOO_LARGE: { status: 413, exit: 2, hint: 'Send less at once; the limit stands in the message.' },
  UNAUTHENTICATED: {
    status: 401,
    exit: 2,
    hint: 'Open a sign-in link, which `gantry sign-in` prints where the server runs, or set GANTRY_TOKEN.',
  },
  FORBIDDEN: { status: 403, exit: 2, hint: 'Ask someone whose role allows it; `gantry status` names your role.' },
  CONFLICT: { status: 409, exit: 1, hint: 'It changed meanwhile. Look again, then decide again.' },
  SERVER_UNREACHABLE: { status: 503, exit: 3, hint: 'Start it with `gantry up`, or name it with GANTRY_URL.' },
  PORT_IN_USE: {
    status: 500,
    exit: 2,
    hint: 'Stop the program that uses it, or choose another: `gantry up --port <port>`.',
  },
  HOME_UNWRITABLE: {
    status: 500,
    exit: 2,
    hint: 'Free space or fix permissions, or choose another folder: `gantry up --home <folder>`.',
  },
  HOME_IN_USE: {
    status: 500,
    exit: 2,
    hint: 'Another Gantry works in this folder. Stop it, or use `--home <folder>`.',
  },
  DATABASE_IN_USE: {
    status: 500,
    exit: 2,
    hint: 'Servers share a database with one GANTRY_OBJECTS and one GANTRY_SECRET_KEY: set both, or stop the other.',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    exit: 3,
    hint: 'Check DATABASE_URL, or leave it out to use the embedded database.',
  },
  LINES_UNREACHABLE: {
    status: 503,
    exit: 3,
    hint: 'Log lines are in the data folder, or where CLICKHOUSE_URL says. Everything else goes on; the log of the server says why they cannot be read or written.',
  },
  STORAGE_FULL: {
    status: 507,
    exit: 3,
    hint: 'Free space where the data folder is. What was accepted is kept, and Gantry goes on by itself as soon as there is room.',
  },
  SANDBOX_MISSING: {
    status: 500,
    exit: 3,
    hint: 'Install bubblewrap, or leave GANTRY_SANDBOX out and let jobs see what this account sees.',
  },
  GIT_MISSING: { status: 500, exit: 3, hint: 'Install git 2.30 or newer and try again.' },
  NODE_TOO_OLD: { status: 500, exit: 3, hint: 'Run it through `npx pnpm@12 gantry …`, which brings its own Node.' },
  CONFIG_INVALID: { status: 400, exit: 2, hint: 'Fix the field named above; docs/reference/config.md lists them all.' },
  CONFIG_MISSING: {
    status: 400,
    exit: 2,
    hint: 'Run `gantry init`, or add a gantry.config.ts beside package.json; docs/guides/environments-and-secrets.md shows one.',
  },
  WORKFLOW_INVALID: { status: 400, exit: 2, hint: 'Fix the line named above and run it again.' },
  WORKFLOW_UNSUPPORTED: {
    status: 400,
    exit: 2,
    hint: 'This cannot run on this machine; take it out, or run the file on GitHub.',
  },
  ACTION_UNAVAILABLE: {
    status: 400,
    exit: 2,
    hint: 'Run it once with a network, or put the files of the action into the folder named above; built-in and local actions (`uses: ./path`) need neither.',
  },
  WORKFLOW_PART_UNKNOWN: {
    status: 404,
    exit: 2,
    hint: 'Name one of those above: a job by its key, a step by its number, id or name, with --job where several jobs have it.',
  },
  NOTHING_TO_CONTINUE: {
    status: 409,
    exit: 2,
    hint: 'Run it without --from-failed. A run that fails is kept for a week, until the next one of the same file.',
  },
  RUN_FAILED: { status: 409, exit: 1, hint: 'Open the run to see the failing step.' },
  CHECKS_NOT_GREEN: {
    status: 409,
    exit: 1,
    hint: 'Push the commit as a branch first, wait for green, then push it to main.',
  },
  HISTORY_REWRITTEN: { status: 409, exit: 1, hint: 'Rebase on main and push again; main only moves forward.' },
  RELEASE_ARTIFACT_MISSING: {
    status: 409,
    exit: 2,
    hint: 'Build before `gantry release`, and check `artifact` in gantry.config.ts.',
  },
  DEPLOY_LOCKED: {
    status: 409,
    exit: 3,
    hint: 'Another deployment works on this environment. See `gantry status` and wait.',
  },
  DEPLOYMENT_ATTENDED: {
    status: 409,
    exit: 3,
    hint: 'One job at a time carries a deployment out. If that one is gone, its place is free within a minute.',
  },
  ILLEGAL_TRANSITION: { status: 409, exit: 1, hint: 'Look again: its state changed meanwhile.' },
  GATES_NOT_MET: { status: 409, exit: 1, hint: 'Open the release to see which gate is not met, and why.' },
  PROMOTIONS_HELD: {
    status: 409,
    exit: 1,
    hint: 'Promotions are held after a rollback. Resume them on the line, or `gantry resume`.',
  },
  REASON_REQUIRED: { status: 400, exit: 2, hint: 'Say why: `--reason "…"`.' },
  NOTHING_TO_ROLL_BACK_TO: {
    status: 409,
    exit: 1,
    hint: 'No earlier release was live here. Deploy a good one instead.',
  },
  RUNNER_NAME_TAKEN: {
    status: 409,
    exit: 2,
    hint: 'Choose another name, or `gantry runners remove` the one there is.',
  },
  RUNNER_UNKNOWN: {
    status: 401,
    exit: 2,
    hint: 'Its token is wrong or was removed: `gantry runners add` makes a new one, which it is started with.',
  },
  MIGRATION_CHANGED: { status: 409, exit: 1, hint: 'A migration that was applied is never edited: add a new one.' },
  MIGRATION_FAILED: {
    status: 409,
    exit: 1,
    hint: 'Fix the SQL in a new commit; nothing of it was kept, except what `CONCURRENTLY` keeps out of a transaction.',
  },
  MIGRATION_DRIFT: {
    status: 409,
    exit: 1,
    hint: 'Bring their files here (`supabase migration fetch`), or apply all the same: `--ignore-remote`, and `ignoreRemote: true` of `supabase()`.',
  },
  MIGRATION_UNSAFE: {
    status: 409,
    exit: 1,
    hint: 'Write the form that `gantry db plan` offers, or say above the statement why it is safe: `-- gantry:safe <why>`.',
  },
  INGEST_KEY_WRONG: {
    status: 403,
    exit: 2,
    hint: 'Use a key that works: `gantry keys` lists them; `gantry status` prints the DSN of the project.',
  },
  SOURCE_BUNDLE_REFUSED: {
    status: 400,
    exit: 2,
    hint: 'Upload what `sentry-cli sourcemaps upload` makes; its limits stand in docs/guides/source-maps.md.',
  },
  ENVELOPE_MALFORMED: {
    status: 400,
    exit: 2,
    hint: 'Send what a Sentry SDK sends: newline-delimited header, item header, payload.',
  },
  WEBHOOK_NOT_SET_UP: {
    status: 503,
    exit: 3,
    hint: 'Connect the project with `gantry github connect`, or set GITHUB_WEBHOOK_SECRET for the server; then redeliver.',
  },
  WEBHOOK_SIGNATURE_WRONG: {
    status: 401,
    exit: 2,
    hint: 'Give the webhook the secret of the project (`gantry github connect` shows where), or that of GITHUB_WEBHOOK_SECRET, then redeliver.',
  },
  GITHUB_NOT_CONNECTED: {
    status: 409,
    exit: 2,
    hint: 'Type `gantry github connect`; `gantry github status` says what is missing.',
  },
  GITHUB_LINK_LAPSED: { status: 410, exit: 2, hint: 'Type `gantry github connect` again for another link.' },
  JOB_TOKEN_REFUSED: {
    status: 401,
    exit: 2,
    hint: 'The job needs `permissions: id-token: write`, a branch that leads to its environment, and the repository that `gantry github status` names.',
  },
  SLACK_NOT_SET_UP: {
    status: 503,
    exit: 3,
    hint: 'Set SLACK_SIGNING_SECRET for the server to the signing secret of the app in Slack.',
  },
  SLACK_SIGNATURE_WRONG: {
    status: 401,
    exit: 2,
    hint: 'Give SLACK_SIGNING_SECRET the signing secret of the app whose buttons these are, and check the clock of the server.',
  },
  ENV_EXAMPLE_MISSING: {
    status: 400,
    exit: 2,
    hint: 'Write one: each name your code reads, with `# @type=…` above it; docs/guides/environments-and-secrets.md shows how.',
  },
  VENDOR_REFUSED: {
    status: 502,
    exit: 3,
    hint: 'Check the token and what it may do at the vendor, then try again.',
  },
  REPORT_MISSING: {
    status: 400,
    exit: 2,
    hint: 'Write reports with the reporters named in docs/guides/tests-and-coverage.md, or name the files.',
  },
  REPORT_UNREADABLE: {
    status: 400,
    exit: 2,
    hint: 'Write it again with a reporter named in docs/guides/tests-and-coverage.md.',
  },
  HOST_UNKNOWN: {
    status: 421,
    exit: 2,
    hint: 'Set GANTRY_PUBLIC_URL to the address people use, and GANTRY_HOSTS to further names of this server.',
  },
  TOO_MANY_SIGN_INS: {
    status: 429,
    exit: 2,
    hint: 'Wait, then open the newest link; `gantry sign-in` where the server runs prints one.',
  },
  LAST_OWNER: { status: 409, exit: 1, hint: 'Make somebody else an owner first: `gantry people role <person> owner`.' },
  INVITATION_UNKNOWN: { status: 404, exit: 2, hint: 'Copy the whole link, or ask who invited you for another.' },
  INVITATION_LAPSED: { status: 410, exit: 1, hint: 'Ask who invited you for another: `gantry people invite`.' },
  INVITATION_FOR_ANOTHER: {
    status: 403,
    exit: 2,
    hint: 'Sign in with the account of that e-mail, or ask for an invitation of your own.',
  },
  EMAIL_TAKEN: {
    status: 409,
    exit: 1,
    hint: 'Sign in with that account if it is yours; otherwise take another e-mail.',
  },
  PASSWORD_WRONG: {
    status: 403,
    exit: 2,
    hint: 'Type it again; for a lost one an owner of the server makes a link: `gantry people link <person>`.',
  },
  CODE_UNKNOWN: {
    status: 404,
    exit: 2,
    hint: 'Compare it with what the command shows; after ten minutes `gantry sign-in <address>` shows another.',
  },
  SIGN_IN_TOO_OLD: { status: 403, exit: 2, hint: 'Sign out and in again, then do this anew.' },
  SIGN_IN_REFUSED: { status: 401, exit: 2, hint: 'Try again, or sign in another way; an owner can make a new link.' },
  TOO_MANY_STREAMS: { status: 429, exit: 3, hint: 'Close those that are not read; one is enough for a browser.' },
  INGEST_OVERLOADED: { status: 429, exit: 3, hint: 'Wait for Retry-After seconds and send again; nothing was stored.' },
  OBJECTS_UNREACHABLE: {
    status: 503,
    exit: 3,
    hint: 'Check GANTRY_OBJECTS and the AWS_… names of the server, and that the bucket exists; see docs/guides/run-for-a-team.md.',
  },
  BACKUP_UNREADABLE: {
    status: 400,
    exit: 2,
    hint: 'Take a file that `gantry backup` wrote whole, and a Gantry that is not older than the one that wrote it.',
  },
  RESTORE_NOT_EMPTY: {
    status: 409,
    exit: 2,
    hint: 'Name an empty folder with --home and an empty database, or throw away what is there with --force.',
  },
  WORK_NOT_TAKEN_UP: {
    status: 503,
    exit: 3,
    hint: 'Look at `gantry status` whether a server that works (role all or worker) lives, then ask again.',
  },
  LEASE_LOST: {
    status: 409,
    exit: 3,
    hint: 'Another server took this work over and goes on with it: look again with `gantry status`.',
  },
  SECRET_KEY_WRONG: {
    status: 409,
    exit: 3,
    hint: 'Set GANTRY_SECRET_KEY to the key they were sealed with, behind a new one and a comma if you like; docs/guides/secrets.md says what to do when it is lost.',
  },
  SECRET_NOT_GIVEN: {
    status: 403,
    exit: 1,
    hint: 'Secrets of an environment are for jobs that were let into it; see `gantry gates`.',
  },
  VALUE_NAME_WRONG: {
    status: 400,
    exit: 2,
    hint: 'Names are those of GitHub: capitals, digits and _, no digit in front, no GITHUB_ in front.',
  },
  SECRET_FILE_IN_GIT: {
    status: 400,
    exit: 2,
    hint: 'Take it out with `git rm --cached`, add it to .gitignore, and replace each secret that was in it.',
  },
  INGEST_RATE_LIMITED: {
    status: 429,
    exit: 3,
    hint: 'Wait for Retry-After seconds, or raise the limit of the key: `gantry keys change <id> --per-minute <count>`.',
  },
  INGEST_SPIKE: {
    status: 429,
    exit: 3,
    hint: 'Wait for Retry-After seconds. If so much is right, give the key a limit of its own: `gantry keys change <id> --per-minute <count>`.',
  },
  INGEST_ORIGIN_REFUSED: {
    status: 403,
    exit: 2,
    hint: 'Add the origin to the key: `gantry keys change <id> --origin <origin>`; `gantry keys` lists what it has.',
  },
  INGEST_KIND_WRONG: {
    status: 403,
    exit: 2,
    hint: 'Make a key for a server: `gantry keys add --kind server`. One that browsers show cannot send this.',
  },
  SEARCH_NAME_TAKEN: {
    status: 409,
    exit: 2,
    hint: 'Choose another name, or change the search there is: `gantry searches` lists them.',
  },
  SEARCHES_FULL: { status: 409, exit: 2, hint: 'Remove one that nobody uses: `gantry searches remove <name>`.' },
  PREVIEWS_OFF: {
    status: 409,
    exit: 2,
    hint: 'Write `previews: {}` into gantry.config.ts of the main branch; `gantry init` writes preview.yml.',
  },
  PREVIEW_REFUSED: { status: 409, exit: 1, hint: 'See `gantry previews`: it says of each what became of it.' },
  PREVIEW_WAITS: { status: 409, exit: 1, hint: 'Ask again: `gantry previews deploy` does until the checks ended.' },
  PROJECT_UNKNOWN: { status: 404, exit: 2, hint: 'See `gantry projects list`.' },
} as const satisfies Record<string, { status: number; exit: 1 | 2 | 3; hint: string }>

export type ErrorCode = keyof typeof catalogue
