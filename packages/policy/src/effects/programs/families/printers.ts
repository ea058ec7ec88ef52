import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { notFromFiles } from '../operands.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { Profile } from '../program-effect.ts'
import { knownText } from '../slice-word.ts'

/** Programs whose arguments can do no more than the command's own text says. */
const harmless: Profile = () => []

/**
 * test: its `-v` and `-R` evaluate the subscript of a variable's name, which may run commands. So
 * whatever may become one of them before a name that is not plain is unknown.
 */
const test: Profile = (args) => {
  const found = args.filter((word, index) => {
    if (!word.isSingle && word.allStartWithPrefix !== true) return true
    const mayBe =
      word.text === undefined ? /^(?:-[vR]?)?$/.test(word.prefix) : /^-[vR]$/.test(word.text)
    const name = args[index + 1]
    return mayBe && name !== undefined && (knownText(name) ?? '[').includes('[')
  })
  return found.map((word) => unknown('a test may evaluate a subscript', word))
}

/** printf: bash's `-v` evaluates the subscript of a variable's name. */
const printf: Profile = (args) => {
  const [first, second] = args
  if (first === undefined) return []
  if (first.text === undefined)
    return /^-?v?/.test(first.prefix) && /^(?:-v?)?$/.test(first.prefix)
      ? [unknown('a word may be an option', first)]
      : []
  if (!first.text.startsWith('-v')) return []
  const name = first.text === '-v' ? knownText(second) : first.text.slice(2)
  return name !== undefined && /^\w+$/.test(name)
    ? []
    : [unknown('a subscript may be evaluated', first)]
}

/** Options of programs that tell something, of which the value is a file. */
const withoutFiles: Profile = (args) =>
  args
    .filter(
      ({ text, prefix }) =>
        text === undefined ||
        prefix.includes('/') ||
        /^-(?:[A-Za-z]*[DFf]|-.*(?:file|dump|diag))/.test(text)
    )
    .map((word) => unknown('it may use a file', word))

const setsName = (operands: readonly Word[]): ReturnType<Profile> =>
  operands.slice(0, 1).map((word) => unknown('it changes the system', word))

/** Programs that print, wait, ask or compute, and touch nothing else. */
export const printers: Family = family({
  'echo true false : pwd sleep usleep basename dirname seq yes which type whereis whatis apropos id whoami groups logname uname arch nproc tty uptime free vmstat iostat mpstat pidof pgrep pkill kill killall ps top htop pstree lsblk lscpu lsusb lspci lsmod getconf locale tput clear reset cal factor jobs wait fg bg disown umask ulimit sync getent netstat sw_vers lsb_release sensors':
    harmless,
  // Some of their options and operands are files, which may be written or run.
  'users who w last ss nvidia-smi dmidecode figlet cowsay lsof': withoutFiles,
  'test [': test,
  printf,
  printenv: { options: { harmless: '0,null' }, isHarmless: true },
  date: {
    options: {
      harmless: 'd,date: debug I,iso-8601? resolution R,rfc-email rfc-3339: u,utc,universal v: j n',
      reads: 'f,file: r,reference:',
      unknown: 's,set:'
    },
    operands: (operands) =>
      operands
        .filter(({ prefix }) => !prefix.startsWith('+'))
        .map((word) => unknown('it sets the clock', word))
  },
  hostname: {
    options: {
      harmless:
        'a,alias A,all-fqdns d,domain f,fqdn,long i,ip-address I,all-ip-addresses s,short y,yp,nis',
      unknown: 'F,file: b,boot'
    },
    operands: setsName
  },
  yq: {
    options: {
      harmless:
        'r,unwrapScalar? e,exit-status n,null-input P,prettyPrint o,output-format: p,input-format: I,indent: C,colors M,no-colors N,no-doc j,tojson v,verbose y,yaml-output c slurp header-preprocess?',
      inPlace: 'i,inplace',
      unknown: 's f,front-matter: from-file: split-exp: security-disable-env-ops w in-place'
    },
    roles: { inPlace: () => [] },
    operands: (operands, { options }) => {
      const files = operands.slice(/^(?:e|eval|ea|eval-all)$/.test(operands[0]?.text ?? '') ? 2 : 1)
      const script = operands.find(({ text }) => !/^(?:e|eval|ea|eval-all)$/.test(text ?? ''))
      const loads =
        script?.text === undefined ||
        /\bload|\bsystem\b|\benv|\beval\b|\bimport\b|\binclude\b/.test(script.text)
      return [
        ...(loads && script !== undefined
          ? [unknown('an expression may read other files', script)]
          : []),
        ...files.flatMap(read),
        ...(options.some(({ role }) => role === 'inPlace') ? files.flatMap(write) : [])
      ]
    }
  },
  'nm objdump readelf size': {
    options: {
      harmless:
        'a A B C demangle? D,dynamic d,disassemble g h,headers l n r S,source,symbols s t u x p f i W,wide V e section-headers w'
    },
    operands: notFromFiles
  },
  ldd: (args) => args.map((word) => unknown('it may load the program that it looks at', word))
})
