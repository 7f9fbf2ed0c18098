import * as z from "zod/mini";
import { isLoopbackHttp } from "#domain/loopback.ts";

/** AKOOL's API address. The key travels with every request, so it must be https, or this machine. */
export const akoolBaseUrlSchema = z.string().check(
  z.refine((value) => {
    if (!URL.canParse(value)) return false;
    const url = new URL(value);
    const plain = [url.username, url.password, url.search, url.hash].every((part) => part === "");
    return (url.protocol === "https:" || isLoopbackHttp(url)) && plain;
  }, "must be a plain https URL (http only for 127.0.0.1, localhost or [::1])"),
);
