/** Why a text was refused as JSON. */
export type JsonErrorCode =
  /** There is nothing but white space. */
  | 'empty'
  /** The bytes are not UTF-8. */
  | 'invalid_utf8'
  /** The text starts with a byte order mark. */
  | 'byte_order_mark'
  /** The text ends where something must follow. */
  | 'truncated'
  /** The text is not JSON. */
  | 'syntax'
  /** Something follows the value. */
  | 'trailing_bytes'
  /** An object has the same member twice. */
  | 'duplicate_member'
  /** Objects and arrays are nested too deeply. */
  | 'too_deep'
  /** A string holds half of a surrogate pair, written out or escaped. */
  | 'lone_surrogate'
  /** A number is too large for a double. */
  | 'number_out_of_range'

/** What is wrong with a JSON text. The message names places and members, never a value. */
export interface JsonError {
  readonly code: JsonErrorCode
  readonly message: string
}
