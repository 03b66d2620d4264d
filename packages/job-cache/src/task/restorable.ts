/** Words of a script's name by which people say that it makes files or an opinion of them, and nothing else. */
const makes =
  /^(lint|lints|eslint|biome|stylelint|prettier|knip|test|tests|unit|spec|vitest|jest|build|builds|bundle|compile|tsc|types|type|typecheck|typescript|check|checks|format|fmt|style|doc|docs|schema|generate|gen|codegen|coverage|verify|validate)$/
/** And by which they say that something outside of the files is begun, changed, sent or looked at. */
const acts =
  /^(deploy|publish|release|push|upload|send|db|database|migrate|migration|migrations|seed|setup|start|serve|server|dev|watch|up|down|docker|image|container|services?|install|preinstall|postinstall|prepare|prepublish|prepublishonly|prepack|postpack|pack|preview|login|clean|reset|tag|version|e2e|integration|smoke|acceptance|browser|system|live|remote)$/
/** Programs whose work is not in the files of the package. */
const outside =
  /(?:^|[\s"'`(;&|])(docker|podman|kubectl|helm|terraform|pulumi|ansible|psql|pg_\w+|createdb|dropdb|mysql|mongo\w*|redis-cli|aws|gcloud|az|flyctl|vercel|netlify|wrangler|ssh|scp|rsync|systemctl|pm2|nohup|setsid|playwright|cypress|wdio|testcafe|nightwatch|newman|k6|lighthouse|lhci|wait-on|start-server-and-test|curl|wget|npm publish|pnpm publish|git (?:push|commit|tag)|changeset (?:publish|version))(?=$|[\s"'`);&|])|(?:prisma|drizzle-kit|knex|typeorm|sequelize)\S*\s+(?:\S+\s+)?(?:migrate|db|push|seed)|migrate:(?!test)|(?<![&>])&\s*(?:$|[^&>\s])/

/**
 * Whether a script may be restored instead of run: only when its name says that it is one of those that leave files and
 * output behind. A server, a database, an image or a message would not be there after a script that was not run.
 * Answers with the reason why not.
 */
export function whyNotRestorable(event: string, script: string): string | undefined {
  const words = event
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map(word => word.replace(/^(pre|post)(?=.)/, ''))
    .filter(Boolean)
  const acting = words.find(word => acts.test(word) || acts.test(`pre${word}`))
  if (acting !== undefined) return `"${acting}" may do more than write files`
  if (!words.some(word => makes.test(word))) return 'its name is none of a check or a build'
  const program = programIn(script)
  return program === undefined ? undefined : `${program} may do more than write files`
}

/** What a script or a step starts that is not only at work on files. */
export function programIn(script: string): string | undefined {
  const found = outside.exec(script)
  return found ? (found[1] ?? `"${found[0].trim()}"`) : undefined
}
