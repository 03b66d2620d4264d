import { body, flag, inPath, inQuery, json, list, object, text, texts, whole, word } from '../schema.ts'

/**
 * The calls of Fly's Machines API that Gantry makes, as Fly's OpenAPI description of January 2024 and the resource pages of
 * fly.io/docs/machines/api have them (read in August 2026). What the pages have and the description does not yet is marked.
 */
const check = {
  type: text,
  port: whole,
  interval: text,
  timeout: text,
  grace_period: text,
  method: text,
  path: text,
  protocol: text,
  tls_skip_verify: flag,
  tls_server_name: text,
  headers: list(object({ name: text, values: list(text) })),
}

const port = object({
  port: whole,
  start_port: whole,
  end_port: whole,
  handlers: list(text),
  force_https: flag,
  http_options: { type: 'object' },
  tls_options: { type: 'object' },
  proxy_proto_options: { type: 'object' },
})

const service = object(
  {
    protocol: text,
    internal_port: whole,
    // Later than the description: `off`, `stop` or `suspend` as well as a boolean.
    autostop: { type: ['boolean', 'string'] },
    autostart: flag,
    min_machines_running: whole,
    ports: list(port),
    checks: list(object(check)),
    concurrency: object({ type: text, soft_limit: whole, hard_limit: whole }),
  },
  ['protocol', 'internal_port'],
)

const config = object(
  {
    image: text,
    env: texts,
    metadata: texts,
    init: object({
      cmd: list(text),
      entrypoint: list(text),
      exec: list(text),
      kernel_args: list(text),
      swap_size_mb: whole,
      tty: flag,
    }),
    services: list(service),
    // `kind` is later than the description.
    checks: { type: 'object', additionalProperties: object({ ...check, kind: text }) },
    mounts: list(
      object({
        volume: text,
        name: text,
        path: text,
        encrypted: flag,
        size_gb: whole,
        extend_threshold_percent: whole,
        add_size_gb: whole,
        size_gb_limit: whole,
      }),
    ),
    // gpus is later than the description (fly-go, MachineGuest).
    guest: {
      type: 'object',
      properties: {
        cpu_kind: text,
        cpus: whole,
        memory_mb: whole,
        gpus: whole,
        gpu_kind: text,
        kernel_args: list(text),
      },
    },
    restart: object({ policy: word('no', 'always', 'on-failure'), max_retries: whole }),
    stop_config: object({ signal: text, timeout: text }),
    metrics: object({ port: whole, path: text }),
    statics: list(object({ guest_path: text, url_prefix: text }, ['guest_path', 'url_prefix'])),
    files: list(object({ guest_path: text, raw_value: text, secret_name: text })),
    auto_destroy: flag,
    dns: object({ skip_registration: flag }),
  },
  ['image'],
)

const launch = {
  config,
  name: text,
  region: text,
  lease_ttl: whole,
  skip_launch: flag,
  skip_service_registration: flag,
  lsvd: flag,
  // Later than the description (fly-go, LaunchMachineInput).
  min_secrets_version: whole,
}

const ofApp = inPath('app_name')
const ofMachine = inPath('app_name', 'machine_id')

const shownMachine = {
  type: 'object',
  properties: {
    id: text,
    name: text,
    state: text,
    region: text,
    instance_id: text,
    private_ip: text,
    created_at: text,
    updated_at: text,
    config: { type: 'object' },
    image_ref: {
      type: 'object',
      properties: { registry: text, repository: text, tag: text, digest: text, labels: texts },
    },
    checks: list({
      type: 'object',
      properties: { name: text, status: text, output: text, updated_at: text },
    }),
    events: list({ type: 'object', properties: { type: text, status: text, source: text, timestamp: whole } }),
    nonce: text,
    // Later than the description (fly-go, Machine).
    cordoned: flag,
    host_status: word('ok', 'unknown', 'unreachable'),
  },
  required: ['id', 'state', 'region', 'instance_id'],
}
// The page of the resource wraps it and answers 201; the description has it bare, with 200.
const lease = object(
  {
    status: text,
    data: object({ nonce: text, expires_at: whole, owner: text, description: text, version: text }),
  },
  ['data'],
)
const done = { '200': json({ type: 'object' }) }

const machines = '/apps/{app_name}/machines'
const machine = `${machines}/{machine_id}`

export const flyDescription = {
  paths: {
    [machines]: {
      get: {
        parameters: [...ofApp, inQuery('include_deleted', flag), inQuery('region', text)],
        responses: { '200': json(list(shownMachine)) },
      },
      post: {
        parameters: ofApp,
        requestBody: body(object(launch, ['config'])),
        responses: { '200': json(shownMachine) },
      },
    },
    [machine]: {
      get: { parameters: ofMachine, responses: { '200': json(shownMachine) } },
      post: {
        parameters: ofMachine,
        requestBody: body(object({ ...launch, current_version: text }, ['config'])),
        responses: { '200': json(shownMachine) },
      },
      // `force` is on the page of the resource, not in the description.
      delete: { parameters: [...ofMachine, inQuery('force', flag)], responses: done },
    },
    [`${machine}/start`]: { post: { parameters: ofMachine, responses: done } },
    [`${machine}/stop`]: {
      post: {
        parameters: ofMachine,
        requestBody: body(object({ signal: text, timeout: text }), false),
        responses: done,
      },
    },
    [`${machine}/cordon`]: { post: { parameters: ofMachine, responses: done } },
    [`${machine}/uncordon`]: { post: { parameters: ofMachine, responses: done } },
    [`${machine}/wait`]: {
      get: {
        parameters: [
          ...ofMachine,
          inQuery('state', word('started', 'stopped', 'destroyed')),
          inQuery('timeout', { type: 'integer', minimum: 1, maximum: 60 }),
          inQuery('instance_id', text),
        ],
        responses: done,
      },
    },
    [`${machine}/lease`]: {
      get: { parameters: ofMachine, responses: { '200': json(lease) } },
      post: {
        parameters: ofMachine,
        requestBody: body(object({ ttl: whole, description: text })),
        responses: { '201': json(lease) },
      },
      delete: { parameters: ofMachine, responses: done },
    },
    [`${machine}/metadata/{key}`]: {
      post: {
        parameters: inPath('app_name', 'machine_id', 'key'),
        // The page of the resource gives the body; the description leaves it out.
        requestBody: body(object({ value: text }, ['value'])),
        responses: { '204': {} },
      },
    },
    '/apps': {
      post: {
        requestBody: body(object({ app_name: text, org_slug: text, network: text }, ['app_name', 'org_slug'])),
        responses: { '201': {} },
      },
    },
    '/apps/{app_name}': {
      get: {
        parameters: ofApp,
        responses: { '200': json(object({ name: text, organization: object({ slug: text, name: text }) })) },
      },
      // `force` is what flyctl sends: with its machines.
      delete: { parameters: [...ofApp, inQuery('force', flag)], responses: { '202': {} } },
    },
    // Later than the description: docs.machines.dev of 2026. An app that `fly deploy` did not make has no address.
    '/apps/{app_name}/ip_assignments': {
      get: { parameters: ofApp, responses: { '200': json(object({ ips: list({ type: 'object' }) })) } },
      post: {
        parameters: ofApp,
        requestBody: body(object({ type: word('shared_v4', 'v4', 'v6', 'private_v6') }, ['type'])),
        responses: done,
      },
    },
    // Later than the description (fly-go, flaps/flaps_secrets.go).
    '/apps/{app_name}/secrets': {
      get: {
        parameters: ofApp,
        responses: { '200': json(object({ secrets: list(object({ name: text, digest: text }, ['name'])) })) },
      },
      post: {
        parameters: ofApp,
        requestBody: body(object({ values: texts }, ['values'])),
        responses: { '200': json(object({ secrets: list({ type: 'object' }), version: whole }, ['version'])) },
      },
    },
  },
}
