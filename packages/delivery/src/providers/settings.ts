// The only list of providers: a line for each.
export { command } from './command/settings.ts'
export { fly } from './fly/settings.ts'
export { local } from './local/settings.ts'
export { supabase } from './supabase/settings.ts'
