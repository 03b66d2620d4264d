import { type Assumption, fieldIn, type Looking, missingFields, type VendorAssumptions } from '../vendor/assumption.ts'
import { lookAt } from '../vendor/vendor-api.ts'
import { flyVendor } from './api/send-to-fly.ts'
import { appNameIn, fly } from './settings.ts'

/** Machines that `fly deploy` or Gantry made, as the API lists them. */
async function machinesOf({ get, target }: Looking): Promise<unknown[]> {
  const { status, body } = await get(`/apps/${target}/machines`)
  if (!Array.isArray(body)) throw new Error(`Fly.io answers ${status} for the machines of ${target}: is that its name?`)
  return body
}

const assumptions: Assumption[] = [
  {
    id: 'fly-machines',
    says: 'Machines are listed with id, state, region, instance_id, config.metadata, image_ref.digest, and `cordoned` in words.',
    source: 'page of the Machines resource; `cordoned` from fly-go, machine_types.go of 2026',
    async probe(look) {
      const [first] = await machinesOf(look)
      const fields = ['id', 'state', 'region', 'instance_id', 'config.metadata', 'image_ref.digest', 'cordoned']
      return first === undefined ? null : missingFields(first, fields)
    },
  },
  {
    id: 'fly-checks',
    says: 'A machine shows its service checks and its top-level checks with name, status and output; `passing` is healthy.',
    source: 'fly-go, machine_types.go of 2026: AllHealthChecks',
    async probe(look) {
      const checks = (await machinesOf(look)).map(machine => fieldIn(machine, 'checks')).find(Array.isArray)
      return checks?.[0] === undefined ? null : missingFields(checks[0], ['name', 'status'])
    },
  },
  {
    id: 'fly-error-shape',
    says: 'A refusal is {"error"}, and fly-request-id names the request.',
    source: 'fly-go, flaps_error.go of 2026',
    async probe({ get, target }) {
      const { status, body, headers } = await get(`/apps/${target}/machines/00000000000000`)
      if (status !== 404) return `an unknown machine is answered ${status}`
      return headers.has('fly-request-id') ? missingFields(body, ['error']) : 'the answer has no fly-request-id'
    },
  },
  {
    id: 'fly-rates',
    says: 'One request a second for each action and machine or app, 3 at once; reading one machine 5 and 10.',
    source: 'fly.io/docs/machines/api/working-with-machines-api, rate limits, 2026-08',
    byHand: 'deploy an app with six machines and look for "answered 429" in the log of the job: there is none',
  },
  {
    id: 'fly-cordoned-stays-stopped',
    says: 'A machine that is cordoned and stopped is not started by a request, and starts with the config it had.',
    source: 'page of the Machines resource, on cordon',
    byHand:
      'after a second deployment, request the app for a minute and see in `fly machine list` that the former stay stopped',
  },
  {
    id: 'fly-metadata-keeps-running',
    says: 'Setting a key of the metadata neither restarts the machine nor gives it another instance_id.',
    source: 'flyctl tags running machines that way during its own blue-green (strategy_bluegreen.go)',
    byHand:
      'compare instance_id in `fly machine status` of a former machine before and after a deployment leads requests away from it',
  },
  {
    id: 'fly-lease',
    says: 'A lease is answered as {"data": {"nonce"}}; reading it shows the nonce and the description; 409 while another holds it.',
    source: 'page of the Machines resource, on leases',
    byHand: 'take a lease of a test machine with curl, read it back, then try `fly machine stop` beside it',
  },
  {
    id: 'fly-wait',
    says: 'A wait of at most 60 s is answered 200 when the machine is there in time and 408 when it is not.',
    source: 'page of the Machines resource; fly-go, flaps_machines_wait.go',
    async probe(look) {
      const started = (await machinesOf(look)).find(machine => fieldIn(machine, 'state') === 'started')
      if (started === undefined) return null
      const [id, instance] = [fieldIn(started, 'id'), fieldIn(started, 'instance_id')]
      const query = { state: 'started', timeout: '1', instance_id: String(instance) }
      const { status } = await look.get(`/apps/${look.target}/machines/${id}/wait`, query)
      return status === 200 ? null : `waiting for what is there is answered ${status}`
    },
  },
  {
    id: 'fly-image-of-another-app',
    says: 'An app may run an image that was pushed under another app of the same organization.',
    source: 'flyctl: `fly deploy --image registry.fly.io/<other app>`',
    byHand: 'promote a release from staging to production: production runs registry.fly.io/<staging app>@sha256:…',
  },
  {
    id: 'fly-registry',
    says: 'registry.fly.io answers HEAD /v2/<app>/manifests/<reference> to Basic x:<token> with Docker-Content-Digest, or 404.',
    source: 'OCI distribution specification; `docker login registry.fly.io -u x` of the documentation',
    byHand: 'curl -I -u x:$FLY_API_TOKEN https://registry.fly.io/v2/<app>/manifests/<tag>',
  },
  {
    id: 'fly-secrets',
    says: 'POST /apps/{app}/secrets {"values"} answers a version, and a machine made with it as min_secrets_version has those values.',
    source: 'fly-go, flaps_secrets.go and LaunchMachineInput of 2026; not in the published description',
    byHand: 'deploy with `secrets: [NAME]` after changing it, and read it on the machine by `fly ssh console`',
  },
  {
    id: 'fly-secret-digests',
    says: 'GET /apps/{app}/secrets answers {"secrets"} with name and digest, and never a value to whoever is not a machine of the app.',
    source: 'fly-go, flaps_secrets.go of 2026; fly.io/docs/flyctl/secrets-list',
    async probe({ get, target }) {
      const { body } = await get(`/apps/${target}/secrets`)
      const secrets = fieldIn(body, 'secrets')
      if (!Array.isArray(secrets)) return 'the answer has no list of secrets'
      return secrets[0] === undefined ? null : missingFields(secrets[0], ['name', 'digest'])
    },
  },
  {
    id: 'fly-secrets-of-now',
    says: 'Secrets are of the app: a stopped machine that is started again may get those of today, and none of before can be read.',
    source: 'fly.io/docs/apps/secrets: staged secrets reach machines that are started or updated afterwards',
    byHand: 'change a secret with --stage, start a stopped machine, and read it there',
  },
  {
    id: 'fly-release-command',
    says: 'A machine that ended shows an event `exit` with its exit code, left out where it is 0, for as long as it is not destroyed.',
    source: 'fly-go, machine_types.go: MachineExitEvent; flyctl reads it the same way',
    byHand: 'deploy with a release_command that ends with 3, and see that Gantry says so',
  },
  {
    id: 'fly-own-app',
    says: 'POST /apps with app_name and org_slug makes an app, 422 where the name is taken; DELETE /apps/{app}?force=true destroys it with its machines.',
    source: 'OpenAPI description of 2024-01; `force` as flyctl sends it',
    byHand:
      'open a pull request with previews on and a token of the organization, and see `fly apps list` before and after it is closed',
  },
  {
    id: 'fly-shared-address',
    says: 'An app that the API made is reached at <app>.fly.dev once POST /apps/{app}/ip_assignments gave it a shared_v4; GET lists them as `ips`.',
    source: 'docs.machines.dev of 2026',
    byHand: 'run `fly ips list` for the app of a preview',
  },
]

export const vendor: VendorAssumptions = {
  vendor: 'Fly.io',
  tokenEnv: 'FLY_API_TOKEN',
  needs: settings => [fly.settings.schema.parse(settings).tokenEnv],
  assumptions,
  look(context, { settings, environment }) {
    const said = fly.settings.schema.parse(settings)
    const target = appNameIn(environment, said)
    if (target === null) throw new Error(`gantry.config.ts names no app for ${environment}`)
    const token = context.env[said.tokenEnv] ?? ''
    const api = flyVendor({ world: context, token, tokenEnv: said.tokenEnv, app: target })
    return { target, get: (path, query) => lookAt(api, path, query) }
  },
}
