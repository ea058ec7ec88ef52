export {
  type FileDeadLetters,
  type FileDeadLettersOptions,
  fileDeadLetters
} from './file-dead-letters.ts'
