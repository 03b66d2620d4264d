// The only list of providers: a line for each.
export { command } from './command/settings.ts'
export { fly } from './fly/settings.ts'
export { local } from './local/settings.ts'
export { render } from './render/settings.ts'
export { supabase } from './supabase/settings.ts'
export { vercel } from './vercel/settings.ts'
