export { createRedactor, noRedaction, type Redactor, type RedactorOptions } from './redactor.ts'
export {
  type Form,
  type ProgramForm,
  type RedactionRule,
  redactionRules,
  type TokenForm
} from './rules.ts'
