/** The version of the seal: of the canonical form, the sensitive fields and the tree. */
export const sealVersion = 1
