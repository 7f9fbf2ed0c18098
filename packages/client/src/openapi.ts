// Generated from openapi.json by `npm run generate`; do not edit.

export interface paths {
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs, newest first
         * @description A page can be shorter than `limit`, or empty, and still have a `cursor`: the list ends where there is none. Jobs that are added or change meanwhile are neither repeated nor left out.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Follow a video that AKOOL is generating
         * @description Asked again while the job is followed, or after it was archived, nothing is started. After an end that can be mended (a fault of the archiver, timed_out, cancelled, rejected, not_found, archive_failed) a new attempt starts.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{videoModelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one job with its timeline */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Stop following a job
         * @description AKOOL documents no call to cancel a generation: it goes on there and is charged.
         */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{videoModelId}/video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the archived video
         * @description Redirects; asked with `Accept: application/json`, answers with the link instead, as a page of another origin needs it.
         */
        get: operations["getVideo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{videoModelId}/companions/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file beside the video: subtitles, or the video without captions
         * @description What AKOOL names in `audio_splits`. Redirects, or answers with the link, as for the video.
         */
        get: operations["getCompanion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{videoModelId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a job again
         * @description Goes on where a failed execution stopped, or starts a new attempt. Of an archived job the files beside the video are tried again that are missing.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/character-swaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List creations, newest first
         * @description `state=submit_unknown` lists those that a person has to settle. A page can be shorter than `limit`, or empty, and still have a `cursor`.
         */
        get: operations["listCharacterSwaps"];
        put?: never;
        /**
         * Create a character swap at AKOOL and follow it
         * @description Billable. The same Idempotency-Key with the same body gives the same answer and is charged once. When it cannot be known whether AKOOL has created the video, nothing is sent again: a person settles the submission.
         */
        post: operations["createCharacterSwap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/character-swaps/{idempotencyKey}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what became of a creation */
        get: operations["getCharacterSwap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/character-swaps/{idempotencyKey}/settlement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Settle a creation of which the outcome is not known
         * @description Give the id that AKOOL shows, or release the key when the video is not there.
         */
        post: operations["settleCharacterSwap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports, newest first
         * @description An import is forgotten 90 days after its end.
         */
        get: operations["listImports"];
        put?: never;
        /**
         * Follow many videos at once
         * @description Up to 1,000 ids or jobs in the request, or a list as the body or in S3, in a place that the configuration allows: JSON Lines, a JSON list, ids alone, or CSV with a header; UTF-8, UTF-16 or gzip. Jobs that are followed, archived or have ended are left as they are, so the same import can be repeated.
         */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{importId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far an import is, and what became of its lines */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What AKOOL was paid, and what of it is archived
         * @description By the day on which AKOOL created each video, in UTC; at most 366 days. Asked with `Accept: text/csv`, answers with the rows as CSV.
         */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How things stand */
        get: operations["getSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the API answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/akool": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether AKOOL's webhook can be delivered to this address
         * @description Providers probe an address before they call it. AKOOL's own call is a POST to the same address, and is no operation of this API.
         */
        get: operations["probeAkoolWebhook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Whether AKOOL's webhook can be delivered to this address
         * @description Providers probe an address before they call it. AKOOL's own call is a POST to the same address, and is no operation of this API.
         */
        head: operations["probeAkoolWebhookHead"];
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        JobRequest: {
            videoModelId: string;
            tags?: {
                [key: string]: string;
            };
            deadlineHours?: number;
        };
        Job: {
            videoModelId: string;
            status: components["schemas"]["JobStatus"];
            attempt: number;
            /** Format: date-time */
            acceptedAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            deadlineAt: string;
            /** Format: date-time */
            videoExpiresAt: string;
            polls: number;
            progress?: number;
            creditsCharged?: number;
            tags: {
                [key: string]: string;
            };
            timeline: {
                /** Format: date-time */
                at: string;
                status: components["schemas"]["JobStatus"];
                attempt: number;
                reason?: string;
            }[];
            timelineOmitted?: number;
            lastObservation?: {
                kind: string;
                /** Format: date-time */
                at: string;
                detail?: string;
            };
            failure?: components["schemas"]["Failure"];
            fault?: {
                code: string;
                reason: string;
                /** Format: date-time */
                at: string;
            };
            video?: {
                bucket: string;
                key: string;
                bytes: number;
                contentType: string;
                checksum: string;
                content?: components["schemas"]["ContentFacts"];
                comparison?: components["schemas"]["ComparedProperty"][];
                doubts?: string[];
                /** Format: date-time */
                archivedAt: string;
            };
            doubtful?: {
                bucket: string;
                key: string;
                bytes: number;
                contentType: string;
                checksum: string;
                content?: components["schemas"]["ContentFacts"];
                comparison?: components["schemas"]["ComparedProperty"][];
                doubts?: string[];
                /** Format: date-time */
                keptAt: string;
            };
            companions?: components["schemas"]["Companion"][];
            akool?: {
                [key: string]: unknown;
            };
        };
        JobPage: {
            jobs: components["schemas"]["Job"][];
            cursor?: string;
        };
        VideoLink: {
            /** Format: uri */
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @enum {string} */
        JobStatus: "accepted" | "queueing" | "processing" | "completed" | "archived" | "archive_failed" | "failed" | "rejected" | "not_found" | "timed_out" | "cancelled" | "expired";
        Failure: {
            code: string;
            reason: string;
            /** @enum {string} */
            party: "job" | "source" | "archiver";
        };
        Companion: {
            /** @enum {string} */
            role: "original_srt" | "translated_srt" | "no_caption_video";
            /** @enum {string} */
            state: "archived" | "pending" | "failed";
            bucket?: string;
            key?: string;
            bytes?: number;
            contentType?: string;
            checksum?: string;
            content?: components["schemas"]["ContentFacts"];
            comparison?: components["schemas"]["ComparedProperty"][];
            doubts?: string[];
            /** Format: date-time */
            archivedAt?: string;
            reason?: string;
        };
        ContentFacts: {
            container: string;
            durationSeconds?: number;
            width?: number;
            height?: number;
            frameRate?: number;
            videoCodec?: string;
            hasAudio?: boolean;
            audioCodec?: string;
        };
        ComparedProperty: {
            /** @enum {string} */
            property: "durationSeconds" | "resolution";
            found: number;
            told?: number;
            asked?: number;
            agrees: boolean;
        };
        CharacterSwapRequest: {
            /** Format: uri */
            image: string;
            /** Format: uri */
            video: string;
            duration?: number;
            /** @enum {string} */
            resolution?: "480p" | "720p" | "1080p";
            /** @enum {string} */
            mode?: "animate" | "replace";
            prompt?: string;
            tags?: {
                [key: string]: string;
            };
        };
        CreatedSwap: {
            submission: components["schemas"]["Submission"];
            job: components["schemas"]["Job"];
        };
        Submission: {
            idempotencyKey: string;
            /** @enum {string} */
            state: "submitting" | "created" | "refused" | "submit_unknown";
            estimatedCredits: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            videoModelId?: string;
            reason?: string;
        };
        SubmissionPage: {
            submissions: components["schemas"]["Submission"][];
            cursor?: string;
        };
        Settlement: {
            videoModelId: string;
        } | {
            /** @constant */
            release: true;
        };
        SettledSwap: {
            job?: components["schemas"]["Job"];
        };
        ImportRequest: {
            jobs: (string | {
                videoModelId: string;
                tags?: {
                    [key: string]: (string | number | boolean) | null;
                } | null;
                deadlineHours?: number | null;
            })[];
        } | (string | {
            videoModelId: string;
            tags?: {
                [key: string]: (string | number | boolean) | null;
            } | null;
            deadlineHours?: number | null;
        })[] | {
            source: {
                bucket: string;
                key: string;
            } | string;
        };
        Import: {
            importId: string;
            /** @enum {string} */
            state: "running" | "succeeded" | "failed";
            source: {
                bucket: string;
                key: string;
            };
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt?: string;
            progress?: {
                total: number;
                pending: number;
                running: number;
                done: number;
                failed: number;
            };
            lines?: number;
            outcomes?: {
                started: number;
                already_followed: number;
                archived: number;
                ended: number;
                malformed: number;
                not_started: number;
            };
            report?: {
                bucket: string;
                key: string;
                bytes: number;
                url: string;
            }[];
            failure?: {
                code: string;
                reason: string;
            };
        };
        ImportPage: {
            imports: {
                importId: string;
                /** @enum {string} */
                state: "running" | "succeeded" | "failed";
                /** Format: date-time */
                startedAt: string;
                /** Format: date-time */
                endedAt?: string;
            }[];
            cursor?: string;
        };
        Ledger: {
            from: string;
            to: string;
            groupBy: string;
            rows: components["schemas"]["LedgerRow"][];
            total: components["schemas"]["LedgerSums"];
            /** Format: date-time */
            missingUntil?: string;
            submissions: {
                settled: number;
                unknown: number;
            };
            /** Format: date-time */
            uncountedSince?: string;
        };
        LedgerRow: {
            group: string;
            jobs: number;
            credits: {
                charged: number;
                estimated: number;
            };
            videos: {
                archived: number;
                bytes: number;
                missing: number;
                missingCredits: number;
            };
            companions: {
                archived: number;
                bytes: number;
                missing: number;
            };
            failed: {
                jobs: number;
                credits: number;
            };
        };
        LedgerSums: {
            jobs: number;
            credits: {
                charged: number;
                estimated: number;
            };
            videos: {
                archived: number;
                bytes: number;
                missing: number;
                missingCredits: number;
            };
            companions: {
                archived: number;
                bytes: number;
                missing: number;
            };
            failed: {
                jobs: number;
                credits: number;
            };
        };
        Summary: {
            /** Format: date-time */
            at: string;
            counts: {
                [key: string]: number;
            };
            /** Format: date-time */
            countedAt?: string;
            expiring: {
                videoModelId: string;
                /** @enum {string} */
                status: "accepted" | "queueing" | "processing" | "completed" | "archived" | "archive_failed" | "failed" | "rejected" | "not_found" | "timed_out" | "cancelled" | "expired";
                /** Format: date-time */
                videoExpiresAt: string;
                reason?: string;
                /** @enum {string} */
                missing: "video" | "companions";
            }[];
            submissionsUnknown: number;
            needsPerson: {
                kind: string;
                count: number;
                detail: string;
            }[];
            imports?: {
                importId: string;
                /** @enum {string} */
                state: "running";
                /** Format: date-time */
                startedAt: string;
            }[];
            credits: {
                day: string;
                charged: number;
                estimated: number;
            };
            budget?: {
                period: string;
                limit: number;
                spent: number;
                running: number;
                share: number;
            };
            balance?: {
                credits: number;
                /** Format: date-time */
                at: string;
            };
            /** Format: date-time */
            uncountedSince?: string;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            errors?: {
                field: string;
                message: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        GatewayMessage: {
            message: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listJobs: {
        parameters: {
            query?: {
                status?: "accepted" | "queueing" | "processing" | "completed" | "archived" | "archive_failed" | "failed" | "rejected" | "not_found" | "timed_out" | "cancelled" | "expired";
                tag?: string;
                from?: string;
                to?: string;
                limit?: string;
                cursor?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobRequest"];
            };
        };
        responses: {
            /** @description The job was followed or archived already; nothing was started. */
            200: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Following has started. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:body-too-large: The request body is too large; API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:unsupported-media-type: The body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                videoModelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-not-found: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                videoModelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job is cancelled; `note` says what that means. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-not-found: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-ended: The job has ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getVideo: {
        parameters: {
            query?: {
                disposition?: "attachment" | "inline";
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                videoModelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link, for who asks for JSON. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VideoLink"];
                };
            };
            /** @description Redirects to a presigned URL that is valid for a while. */
            302: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-not-found: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:video-not-archived: The video is not archived yet; urn:akool-video-archiver:problem:video-not-restored: The video has to be restored before it can be read */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:video-expired: The video was not archived before AKOOL deleted it; urn:akool-video-archiver:problem:video-deleted: The video is not in the bucket any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getCompanion: {
        parameters: {
            query?: {
                disposition?: "attachment" | "inline";
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                videoModelId: string;
                role: "original_srt" | "translated_srt" | "no_caption_video";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link, for who asks for JSON. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VideoLink"];
                };
            };
            /** @description Redirects to a presigned URL that is valid for a while. */
            302: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-not-found: There is no such job; urn:akool-video-archiver:problem:companion-not-found: AKOOL has named no such file of the job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:companion-not-archived: The file is not archived yet; urn:akool-video-archiver:problem:video-not-restored: The video has to be restored before it can be read */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:companion-lost: The file was given up; urn:akool-video-archiver:problem:video-deleted: The video is not in the bucket any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                videoModelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-not-found: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:job-running: The job is being followed; urn:akool-video-archiver:problem:job-ended: The job has ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    listCharacterSwaps: {
        parameters: {
            query?: {
                state?: "submitting" | "created" | "refused" | "submit_unknown";
                limit?: string;
                cursor?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmissionPage"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    createCharacterSwap: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CharacterSwapRequest"];
            };
        };
        responses: {
            /** @description Created at AKOOL and followed. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedSwap"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid; urn:akool-video-archiver:problem:idempotency-key-missing: The header Idempotency-Key is missing */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:submission-in-progress: The same request is still being processed; urn:akool-video-archiver:problem:submission-unknown: Whether AKOOL has created the video is not known; urn:akool-video-archiver:problem:budget-reached: The credit budget does not cover the request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:body-too-large: The request body is too large; API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:unsupported-media-type: The body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:idempotency-key-reused: The Idempotency-Key was used for another body; urn:akool-video-archiver:problem:akool-refused: AKOOL has refused the request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:akool-account: AKOOL refuses the account */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:akool-unavailable: AKOOL cannot take the request now; API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getCharacterSwap: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                idempotencyKey: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The submission. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Submission"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:submission-not-found: There is no such submission */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    settleCharacterSwap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                idempotencyKey: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settlement"];
            };
        };
        responses: {
            /** @description Settled; with the job that is followed now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettledSwap"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:submission-not-found: There is no such submission */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:submission-settled: The submission needs no settlement */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description urn:akool-video-archiver:problem:body-too-large: The request body is too large; API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:unsupported-media-type: The body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: {
                limit?: string;
                cursor?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    createImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
                "text/csv": string;
                "text/plain": string;
                "application/jsonl": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description The import runs. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:import-source-refused: Lines are not read from there; urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:body-too-large: The request body is too large; API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:unsupported-media-type: The body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:import-not-found: There is no such import */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getLedger: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                groupBy?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ledger. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                    "text/csv": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description urn:akool-video-archiver:problem:invalid-request: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getSummary: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The summary. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description API Gateway: no, or no valid, token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:not-permitted: The caller may not do that; API Gateway: no valid signature, or no permission */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the request is over 10 MB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description urn:akool-video-archiver:problem:internal-error: The archiver has failed; API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    probeAkoolWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
    probeAkoolWebhookHead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description API Gateway: too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
            /** @description API Gateway: the function took too long, or is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayMessage"];
                };
            };
        };
    };
}
