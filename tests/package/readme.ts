/** The README taken apart: its code blocks by language, and what the programs in it say that they print. */
import { textOf } from '../architecture/files.ts';

/** The code blocks of a language, in order. */
export const blocksOf = (language: string, markdown = textOf('README.md')): readonly string[] =>
  Array.from(markdown.matchAll(/^```(\w+)\n([^]*?)^```$/gm)).flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );

/** What a program says that it prints: the comment behind each `console.log`. */
export const announced = (program: string): readonly string[] =>
  Array.from(program.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm), ([, text = '']) => text);
