/** The laws of control flow, bulk memory, locals and whole modules. */
import { makeFunction, makeModule, type FunctionCode } from 'fluxion/extend';
import { fact, type Law } from '../law.ts';
import { ready } from './module.ts';

const expectEach = (
  what: string,
  f: FunctionCode,
  table: readonly (readonly [given: number, wanted: number])[],
): void => {
  const { run } = ready(f);
  for (const [given, wanted] of table) {
    const got = run(given);
    if (got !== wanted) throw new Error(`${what}(${given}): expected ${wanted}, got ${String(got)}`);
  }
};

const taking = (): FunctionCode => makeFunction(['i32'], ['i32']);

const flow: readonly Law[] = [
  fact('instruction if, else: one of the two', () => {
    const f = taking();
    f.body.get(0).block('if', 'i32').i32(10).op('else').i32(20).op('end');
    expectEach('if', f, [
      [1, 10],
      [-7, 10],
      [0, 20],
    ]);
  }),
  fact('instruction block, br, br_if: out of as many blocks as the number says', () => {
    const f = taking();
    const c = f.body;
    c.block('block', 'i32')
      .block('block', 'i32')
      .i32(1)
      .get(0)
      .brIf(1)
      .op('drop')
      .i32(2)
      .get(0)
      .i32(0)
      .op('i32.eq')
      .brIf(0);
    c.op('drop').i32(3).br(1).op('end').i32(100).op('i32.add').op('end');
    expectEach('br_if', f, [
      [5, 1],
      [0, 102],
    ]);
  }),
  fact('instruction loop: br goes back to its start', () => {
    const f = taking();
    const sum = f.local('i32');
    const c = f.body;
    c.block('loop')
      .get(sum)
      .get(0)
      .op('i32.add')
      .set(sum)
      .get(0)
      .i32(1)
      .op('i32.sub')
      .tee(0)
      .brIf(0)
      .op('end')
      .get(sum);
    expectEach('loop', f, [
      [1, 1],
      [10, 55],
    ]);
  }),
  fact('instruction br_table: the block of that number, or the last', () => {
    const f = taking();
    const c = f.body;
    c.block('block').block('block').block('block').get(0).brTable([0, 1, 0], 2).op('end');
    c.i32(10).op('return').op('end').i32(11).op('return').op('end').i32(12);
    expectEach('br_table', f, [
      [0, 10],
      [1, 11],
      [2, 10],
      [3, 12],
      [-1, 12],
    ]);
  }),
  fact('instruction select: the first where the condition is not 0', () => {
    const f = taking();
    f.body.i32(1).i32(2).get(0).op('select');
    expectEach('select', f, [
      [3, 1],
      [0, 2],
    ]);
  }),
  fact('instruction return, drop: what is on the stack', () => {
    const f = taking();
    f.body.i32(9).get(0).op('drop').op('return');
    expectEach('return', f, [[5, 9]]);
  }),
];

const wholes: readonly Law[] = [
  fact('instruction local.get, local.set: more locals than one byte counts, of all types', () => {
    const f = taking();
    const types = ['i32', 'f64', 'i32', 'i32', 'v128', 'i64', 'f32'] as const;
    const locals = Array.from({ length: 300 }, (_, i) => f.local(types[i % types.length] ?? 'i32'));
    const [first = 0, last = 0] = [locals[0], locals[296]];
    f.body.get(0).set(first).get(first).i32(1).op('i32.add').set(last).get(last);
    expectEach('locals', f, [[41, 42]]);
  }),
  fact('instruction memory.copy, memory.fill: overlapping parts too', () => {
    const f = makeFunction(['i32', 'i32', 'i32']);
    f.body.i32(8).i32(0xab).i32(4).memoryFill().get(0).get(1).get(2).memoryCopy();
    const { run, bytes } = ready(f);
    bytes.setUint32(12, 0x04030201, true);
    run(10, 8, 8);
    const got = Array.from({ length: 10 }, (_, i) => bytes.getUint8(8 + i));
    if (got.join() !== [0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 1, 2, 3, 4].join()) throw new Error(`got ${got.join(' ')}`);
  }),
  fact('instruction call: functions by number, imports first, more than one byte counts', () => {
    const module = makeModule();
    const twice = module.importFunction({ name: 'twice', parameters: ['i32'], results: ['i32'] });
    let last = twice;
    for (let i = 0; i < 200; i++) {
      const f = taking();
      f.body.get(0).call(last).i32(i).op('i32.add');
      last = module.add(f);
    }
    const bytes = module.bytes({ run: last });
    const memory = new WebAssembly.Memory({ initial: 1 });
    const env = { memory, twice: (x: number) => 2 * x };
    // Sound: the only export is a function of this type.
    const run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports['run'] as (
      x: number,
    ) => number;
    if (run(3) !== 6 + 19_900) throw new Error(`expected 19906, got ${run(3)}`);
  }),
  fact('instruction: equal functions of a module are kept once', () => {
    const module = makeModule();
    const make = (value: number): number => {
      const f = taking();
      f.body.i32(value);
      return module.add(f);
    };
    if (make(1) !== make(1) || make(1) === make(2)) throw new Error('expected one function for one body');
  }),
];

/** The laws of control flow, locals, calls and modules. */
export const controlLaws: readonly Law[] = [...flow, ...wholes];
