// What every store of uploaded files promises, for the memory one and S3's.
import { expect, test } from "vitest";
import { FileGone, type Files, type FileVersion } from "../feed/ports.ts";

export type FilesWorld = {
  files: Files;
  /** Another version of the same key. */
  put(content: Uint8Array): Promise<FileVersion>;
  deleteVersion(version: FileVersion): Promise<void>;
  /** The object itself, as a person does it: its versions stay. */
  deleteObject(version: FileVersion): Promise<void>;
};

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

export function filesSuite(create: () => FilesWorld): void {
  test("a file is read from any place, and no further than its end", async () => {
    const { files, put } = create();
    const version = await put(Buffer.from("sku,delta\nTÉ,1\n"));
    expect(text(await files.read(version, 0, 9))).toBe("sku,delta");
    expect(text(await files.read(version, 10, 3))).toBe("TÉ");
    expect(text(await files.read(version, 10, 1000))).toBe("TÉ,1\n");
  });

  test("a large file is put together from its ranges", async () => {
    const { files, put } = create();
    const content = Buffer.from(Array.from({ length: 700_000 }, (_, n) => n % 251));
    const version = await put(content);
    const ranges = [];
    for (let from = 0; from < content.length; from += 300_000)
      ranges.push(await files.read(version, from, 300_000));
    expect(ranges.map(({ length }) => length)).toEqual([300_000, 300_000, 100_000]);
    expect(Buffer.concat(ranges).equals(content)).toBe(true);
  });

  test("a version stays what it was when the file is replaced or deleted", async () => {
    const { deleteObject, files, put } = create();
    const first = await put(Buffer.from("first"));
    const second = await put(Buffer.from("second"));
    await deleteObject(second);
    expect(text(await files.read(first, 0, 10))).toBe("first");
    expect(text(await files.read(second, 0, 10))).toBe("second");
  });

  test("a deleted version is gone, whatever else has its key", async () => {
    const { deleteVersion, files, put } = create();
    const [first, second] = [await put(Buffer.from("first")), await put(Buffer.from("second"))];
    await deleteVersion(first);
    await expect(files.read(first, 0, 10)).rejects.toThrow(FileGone);
    expect(text(await files.read(second, 0, 10))).toBe("second");
    await deleteVersion(second);
    await expect(files.read(second, 0, 10)).rejects.toThrow(FileGone);
  });
}
