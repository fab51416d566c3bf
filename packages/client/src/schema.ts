// Generated from packages/contracts/openapi.json by generate.ts.
export interface paths {
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own orders, newest first */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order
         * @description The server prices the order from its own catalogue. Sent again with the same key and body it is answered the same, and there is one order.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how an order stands
         * @description With `wait` and `If-None-Match` it is answered when the order has changed, or with 304 when the time is over. A customer has few places to wait in: without one the answer is 304 at once, with `Retry-After`.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for an order's cancellation
         * @description Also after it was charged: the money is then refunded. Harmless when repeated.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}/payment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See an order's money, and what the customer's bank asks for
         * @description While the status is `action_required`, `nextAction` has what Stripe.js needs to ask the customer. To try another card, place a new order.
         */
        get: operations["getPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a part of the money back, or all of it
         * @description By an amount, or by the lines that came back: `restock` says whether they can be sold again. For the shop's clerks: the scope decides, whosever the order is. Sent again with the same key and body it is answered the same, and there is one refund. Poll the payment until the refund is `succeeded` or `failed`.
         */
        post: operations["requestRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stripe rings: something has changed there
         * @description Stripe's event, verified by its signature over the raw bytes. It decides nothing: payment then looks at the provider.
         */
        post: operations["hearWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bulk-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Place up to 500 orders at once
         * @description Each row becomes an order of its own, or is rejected with a reason; none waits for another. Sent again with the same key and body it is answered the same, and there is one bulk. A body may have 2 MB here.
         */
        post: operations["placeBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bulk-orders/{bulkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how a bulk of orders stands, row by row
         * @description The counts are of the whole bulk, the items are a page of its rows.
         */
        get: operations["getBulk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the catalogue */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/products/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See a product */
        get: operations["getProduct"];
        /** Add a product, or change its name or price */
        put: operations["putProduct"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stock/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the stock of a SKU */
        get: operations["getStock"];
        /** Add to the stock of a SKU, or take from it */
        put: operations["adjustStock"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stock-feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a stock feed
         * @description Answers a form to upload a CSV of `sku,delta` or `sku,level` with, of at most 50 MB, within 15 minutes.
         */
        post: operations["createStockFeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stock-feeds/{feedId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how a stock feed stands
         * @description A token with `stock:write` may ask as well. Of the rows that were refused the first 1,000 are listed.
         */
        get: operations["getStockFeed"];
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
        /** See whether the API can serve */
        get: operations["health"];
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
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        PlaceOrderRequest: {
            contact: {
                /**
                 * Format: email
                 * @description ASCII: a domain of another script is written in Punycode.
                 */
                email: string;
                name?: string;
            };
            /** @description An ISO 4217 code. */
            currency: string;
            lines: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
                quantity: number;
            }[];
            /** @description The payment provider's token for a card; card numbers themselves never enter the system. */
            paymentMethod: string;
            /** @description What the customer was shown, in minor units; a different total is refused. */
            expectedTotal?: number;
        };
        CancelOrderRequest: {
            reason?: string;
        };
        PlaceBulkRequest: {
            contact: {
                /**
                 * Format: email
                 * @description ASCII: a domain of another script is written in Punycode.
                 */
                email: string;
                name?: string;
            };
            /** @description An ISO 4217 code. */
            currency: string;
            orders: components["schemas"]["BulkOrder"][];
        };
        BulkOrder: {
            lines: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
                quantity: number;
            }[];
            /** @description The payment provider's token for a card; card numbers themselves never enter the system. */
            paymentMethod: string;
            /** @description The sender's own name of the row, answered as it came. */
            reference?: string & (unknown & unknown);
        };
        PutProductRequest: {
            name: string;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            unitPrice: number;
            /** @description An ISO 4217 code. */
            currency: string;
        };
        AdjustStockRequest: {
            delta: number;
            /** @description Spreads the stock of a hot SKU over so many buckets from now on; it only rises. */
            buckets?: number;
        };
        OrderAccepted: {
            /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
            orderId: string;
            /** @enum {string} */
            status: "PLACED" | "RESERVED" | "ACTION_REQUIRED" | "AUTHORIZED" | "CONFIRMED" | "REJECTED" | "CANCELLED";
            /** @description An ISO 4217 code. */
            currency: string;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            amount: number;
            lines: components["schemas"]["PricedLine"][];
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            placedAt: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            decideBy: string;
        };
        PricedLine: {
            /** @description What the shop sells, by its stock-keeping unit. */
            sku: string;
            quantity: number;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            unitPrice: number;
        };
        Problem: {
            /** @description Stable; branch on this. */
            type: string;
            title: string;
            status: number;
            detail?: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
            /** @description The least total that can be charged, in minor units, where that is what is wrong. */
            minimum?: number;
        };
        /** @description What API Gateway itself answers; branch on the status. */
        GatewayRefusal: {
            message: string;
        };
        OrderPage: {
            items: components["schemas"]["OrderAccepted"][];
            next?: string;
        };
        OrderView: {
            /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
            orderId: string;
            /** @enum {string} */
            status: "PLACED" | "RESERVED" | "ACTION_REQUIRED" | "AUTHORIZED" | "CONFIRMED" | "REJECTED" | "CANCELLED";
            /** @description An ISO 4217 code. */
            currency: string;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            amount: number;
            lines: components["schemas"]["PricedLine"][];
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            placedAt: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            decideBy: string;
            /**
             * @description Why it was rejected or cancelled.
             * @enum {string}
             */
            reason?: "out_of_stock" | "expired" | "card_declined" | "insufficient_funds" | "authentication_failed" | "shop_error" | "cancelled";
            /**
             * Format: date-time
             * @description While ACTION_REQUIRED: when the order is given up without its customer.
             */
            actionBy?: string;
            /** @description How much was given back, in minor units. */
            refunded?: number;
            refunds?: {
                id: string;
                /** @description In minor units of the currency by ISO 4217, such as cents. */
                amount: number;
                /** @enum {string} */
                status: "made" | "failed";
                /** @enum {string} */
                source: "cancellation" | "shop" | "provider" | "abort";
                /**
                 * Format: date-time
                 * @description UTC, to the millisecond.
                 */
                at: string;
            }[];
            disputes?: {
                id: string;
                /** @description In minor units of the currency by ISO 4217, such as cents. */
                amount: number;
                /** @enum {string} */
                status: "opened" | "won" | "lost";
                /**
                 * Format: date-time
                 * @description UTC, to the millisecond.
                 */
                at: string;
            }[];
            /**
             * @description There if the address is not the verified one of the token: no mail goes out before money was taken.
             * @constant
             */
            addressVerified?: false;
            /** @description What a person of the shop must do: of a failed refund, a dispute. */
            attention?: string;
            timeline: components["schemas"]["TimelineEntry"][];
        };
        TimelineEntry: {
            /**
             * @description New types may come.
             * @enum {string}
             */
            type: "OrderPlaced" | "OrderCancelRequested" | "BulkPlaced" | "ReservationExpired" | "StockFeedImported" | "StockFeedRefused" | "StockReserved" | "StockRejected" | "PaymentActionRequired" | "PaymentAuthorized" | "PaymentDeclined" | "PaymentAborted" | "PaymentVoided" | "PaymentCaptured" | "RefundMade" | "RefundFailed" | "DisputeOpened" | "DisputeClosed" | "PaymentRefunded" | "StockCommitted" | "StockReleased" | "OrderConfirmed" | "OrderRejected" | "OrderCancelled" | "BulkCompleted";
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            at: string;
        };
        PaymentView: {
            /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
            orderId: string;
            /** @enum {string} */
            status: "pending" | "action_required" | "authorized" | "captured" | "declined" | "voided" | "partially_refunded" | "refunded" | "refund_failed";
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            amount: number;
            /** @description An ISO 4217 code. */
            currency: string;
            /** @description Held or taken, in minor units. */
            authorized: number;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            captured: number;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            refunded: number;
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            actionBy?: string;
            /** @description What the storefront hands to Stripe.js, while the bank waits for the customer. */
            nextAction?: {
                /** @constant */
                type: "stripe";
                clientSecret: string;
                returnUrl?: string;
            };
            /** @description Why nothing could be taken. To try another card, place a new order. */
            decline?: {
                code: string;
                /** @enum {string} */
                reason: "card_declined" | "insufficient_funds" | "authentication_failed" | "shop_error";
            };
            refunds: components["schemas"]["RefundView"][];
            disputes: {
                id: string;
                /** @enum {string} */
                status: "opened" | "won" | "lost";
                /** @description In minor units of the currency by ISO 4217, such as cents. */
                amount: number;
                /**
                 * Format: date-time
                 * @description UTC, to the millisecond.
                 */
                at: string;
            }[];
        };
        RefundView: {
            id: string;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            amount: number;
            /** @enum {string} */
            status: "requested" | "pending" | "succeeded" | "failed";
            reason?: string;
            /** @enum {string} */
            source: "cancellation" | "shop" | "provider" | "abort";
            /**
             * Format: date-time
             * @description UTC, to the millisecond.
             */
            at: string;
        };
        BulkAccepted: {
            /** @description A keyed hash of the principal and the idempotency key of a bulk of orders. */
            bulkId: string;
            count: number;
        };
        BulkView: {
            /** @description A keyed hash of the principal and the idempotency key of a bulk of orders. */
            bulkId: string;
            /** @enum {string} */
            status: "RUNNING" | "COMPLETED";
            count: number;
            confirmed: number;
            rejected: number;
            cancelled: number;
            /** @description An ISO 4217 code. */
            currency: string;
            /** @description The sum of the confirmed orders so far, in minor units. */
            amount: number;
            items: components["schemas"]["BulkItem"][];
            next?: string;
        };
        BulkItem: {
            row: number;
            reference?: string;
            /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
            orderId: string;
            /** @enum {string} */
            status: "WAITING" | "PLACED" | "RESERVED" | "ACTION_REQUIRED" | "AUTHORIZED" | "CONFIRMED" | "REJECTED" | "CANCELLED";
            /** @description Why the order was rejected, or was never placed. */
            reason?: string;
        };
        ProductPage: {
            items: components["schemas"]["Product"][];
            next?: string;
        };
        Product: {
            /** @description What the shop sells, by its stock-keeping unit. */
            sku: string;
            name: string;
            /** @description In minor units of the currency by ISO 4217, such as cents. */
            unitPrice: number;
            /** @description An ISO 4217 code. */
            currency: string;
        };
        StockLevel: {
            /** @description What the shop sells, by its stock-keeping unit. */
            sku: string;
            available: number;
            reserved: number;
            sold: number;
            /** @description Over how many buckets the stock is spread, if over several. */
            buckets?: number;
        };
        StockFeedCreated: {
            /** @description One uploaded version of a stock feed. */
            feedId: string;
            /** @description A presigned POST: send the fields, then the file as `file`, as multipart/form-data. */
            upload: {
                url: string;
                fields: {
                    [key: string]: string;
                };
            };
        };
        StockFeedView: {
            /** @description One uploaded version of a stock feed. */
            feedId: string;
            /** @enum {string} */
            status: "WAITING" | "IMPORTING" | "IMPORTED" | "REFUSED";
            /** @description Why the feed was refused. */
            reason?: string;
            rows: number;
            applied: number;
            refused: number;
            /** @description Of the file. */
            sha256?: string;
            /** @description The first 1,000 rows that were refused, by line. */
            errors: {
                line: number;
                sku?: string;
                reason: string;
            }[];
        };
        Health: {
            /** @constant */
            status: "ok";
            version: string;
        };
    };
    responses: {
        /** @description `unauthorized` */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                /**
                 * @example {
                 *       "message": "Unauthorized"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description `missing-scope` */
        MissingScope: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                /**
                 * @example {
                 *       "message": "Forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description `body-too-large` */
        BodyTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported-media-type` */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal-error` */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unavailable` */
        Unavailable: {
            headers: {
                /**
                 * @description Seconds; the same request is safe to send again.
                 * @example 1
                 */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                /**
                 * @example {
                 *       "message": "Service Unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description `busy` */
        Throttled: {
            headers: {
                /**
                 * @description Seconds; the same request is safe to send again.
                 * @example 12
                 */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                /**
                 * @example {
                 *       "message": "Too Many Requests"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrders: {
        parameters: {
            query?: {
                /** @description At most so many items; 20 if not given. */
                limit?: number;
                /** @description The `next` of the page before; left out for the first page. */
                cursor?: string;
                /** @description Only orders that stand so. */
                status?: "PLACED" | "RESERVED" | "ACTION_REQUIRED" | "AUTHORIZED" | "CONFIRMED" | "REJECTED" | "CANCELLED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *           "status": "PLACED",
                     *           "currency": "EUR",
                     *           "amount": 1980,
                     *           "lines": [
                     *             {
                     *               "sku": "TEA-EARL-GREY",
                     *               "quantity": 2,
                     *               "unitPrice": 990
                     *             }
                     *           ],
                     *           "placedAt": "2026-11-23T09:00:00.000Z",
                     *           "decideBy": "2026-11-23T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjEifQ"
                     *     }
                     */
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            /** @description `invalid-limit`, `invalid-cursor`, `invalid-status`, `unknown-parameter` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header: {
                /** @description The client's key of one logical request: the same request sent again has no second effect. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "contact": {
                 *         "email": "ada@example.com",
                 *         "name": "Ada"
                 *       },
                 *       "currency": "EUR",
                 *       "lines": [
                 *         {
                 *           "sku": "TEA-EARL-GREY",
                 *           "quantity": 2
                 *         }
                 *       ],
                 *       "paymentMethod": "pm_card_visa",
                 *       "expectedTotal": 1980
                 *     }
                 */
                "application/json": components["schemas"]["PlaceOrderRequest"];
            };
        };
        responses: {
            /** @description Accepted. Poll the order until its status is CONFIRMED, REJECTED or CANCELLED. */
            202: {
                headers: {
                    /**
                     * @description The order.
                     * @example /orders/ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c
                     */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "PLACED",
                     *       "currency": "EUR",
                     *       "amount": 1980,
                     *       "lines": [
                     *         {
                     *           "sku": "TEA-EARL-GREY",
                     *           "quantity": 2,
                     *           "unitPrice": 990
                     *         }
                     *       ],
                     *       "placedAt": "2026-11-23T09:00:00.000Z",
                     *       "decideBy": "2026-11-23T09:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["OrderAccepted"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused`, `invalid-idempotency-key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `price-changed` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `idempotency-key-reused`, `unknown-sku`, `currency-mismatch`, `currency-not-supported`, `amount-too-small`, `amount-not-chargeable`, `amount-too-large` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`, `quota-exceeded` */
            429: {
                headers: {
                    /**
                     * @description Seconds; the same request is safe to send again.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    /**
                     * @example {
                     *       "message": "Too Many Requests"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOrder: {
        parameters: {
            query?: {
                /** @description Seconds to wait for a change. */
                wait?: number;
            };
            header?: {
                /** @description An ETag seen before. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    /**
                     * @description Changes whenever the order does.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "RESERVED",
                     *       "currency": "EUR",
                     *       "amount": 1980,
                     *       "lines": [
                     *         {
                     *           "sku": "TEA-EARL-GREY",
                     *           "quantity": 2,
                     *           "unitPrice": 990
                     *         }
                     *       ],
                     *       "placedAt": "2026-11-23T09:00:00.000Z",
                     *       "decideBy": "2026-11-23T09:15:00.000Z",
                     *       "timeline": [
                     *         {
                     *           "type": "OrderPlaced",
                     *           "at": "2026-11-23T09:00:00.000Z"
                     *         },
                     *         {
                     *           "type": "StockReserved",
                     *           "at": "2026-11-23T09:00:00.250Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            /** @description Nothing has changed since that ETag. */
            304: {
                headers: {
                    /**
                     * @description Where there was no place to wait in.
                     * @example 2
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-wait`, `unknown-parameter` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-order` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "changed my mind"
                 *     }
                 */
                "application/json": components["schemas"]["CancelOrderRequest"];
            };
        };
        responses: {
            /** @description Asked for. Poll the order. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "RESERVED",
                     *       "currency": "EUR",
                     *       "amount": 1980,
                     *       "lines": [
                     *         {
                     *           "sku": "TEA-EARL-GREY",
                     *           "quantity": 2,
                     *           "unitPrice": 990
                     *         }
                     *       ],
                     *       "placedAt": "2026-11-23T09:00:00.000Z",
                     *       "decideBy": "2026-11-23T09:15:00.000Z",
                     *       "timeline": [
                     *         {
                     *           "type": "OrderPlaced",
                     *           "at": "2026-11-23T09:00:00.000Z"
                     *         },
                     *         {
                     *           "type": "StockReserved",
                     *           "at": "2026-11-23T09:00:00.250Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-order` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-cancellable` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "partially_refunded",
                     *       "amount": 1980,
                     *       "currency": "EUR",
                     *       "authorized": 1980,
                     *       "captured": 1980,
                     *       "refunded": 990,
                     *       "refunds": [
                     *         {
                     *           "id": "rf_5d41402abc4b2a76b9719d911017c592",
                     *           "amount": 990,
                     *           "status": "succeeded",
                     *           "reason": "bruised",
                     *           "source": "shop",
                     *           "at": "2026-11-24T10:30:00.000Z"
                     *         }
                     *       ],
                     *       "disputes": []
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-order` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    requestRefund: {
        parameters: {
            query?: never;
            header: {
                /** @description The client's key of one logical request: the same request sent again has no second effect. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description A keyed hash of the principal and the idempotency key, so the same request has the same order. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": 990,
                 *       "reason": "bruised"
                 *     }
                 */
                "application/json": {
                    /** @description In minor units of the currency by ISO 4217, such as cents. */
                    amount: number;
                    reason?: string;
                } | {
                    lines: {
                        /** @description What the shop sells, by its stock-keeping unit. */
                        sku: string;
                        quantity: number;
                        restock: boolean;
                    }[];
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Asked for. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rf_5d41402abc4b2a76b9719d911017c592",
                     *       "amount": 990,
                     *       "status": "requested",
                     *       "reason": "bruised",
                     *       "source": "shop",
                     *       "at": "2026-11-24T10:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RefundView"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused`, `invalid-idempotency-key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-order` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-captured` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `idempotency-key-reused`, `refund-too-large`, `refund-not-in-steps` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    hearWebhook: {
        parameters: {
            query?: never;
            header: {
                "Stripe-Signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_1Qx",
                 *       "type": "payment_intent.succeeded"
                 *     }
                 */
                "application/json": {
                    id: string;
                    type: string;
                };
            };
        };
        responses: {
            /** @description Heard; `queued` says whether there is something to look at. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "queued": true
                     *     }
                     */
                    "application/json": {
                        queued: boolean;
                    };
                };
            };
            /** @description `invalid-signature`, `invalid-body` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    placeBulk: {
        parameters: {
            query?: never;
            header: {
                /** @description The client's key of one logical request: the same request sent again has no second effect. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "contact": {
                 *         "email": "ada@example.com",
                 *         "name": "Ada"
                 *       },
                 *       "currency": "EUR",
                 *       "orders": [
                 *         {
                 *           "lines": [
                 *             {
                 *               "sku": "TEA-EARL-GREY",
                 *               "quantity": 2
                 *             }
                 *           ],
                 *           "paymentMethod": "pm_card_visa",
                 *           "reference": "PO-1001"
                 *         },
                 *         {
                 *           "lines": [
                 *             {
                 *               "sku": "TEA-EARL-GREY",
                 *               "quantity": 999
                 *             }
                 *           ],
                 *           "paymentMethod": "pm_card_visa",
                 *           "reference": "PO-1002"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PlaceBulkRequest"];
            };
        };
        responses: {
            /** @description Accepted. Poll the bulk until its status is COMPLETED. */
            202: {
                headers: {
                    /**
                     * @description The bulk.
                     * @example /bulk-orders/bulk_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c
                     */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bulkId": "bulk_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "count": 2
                     *     }
                     */
                    "application/json": components["schemas"]["BulkAccepted"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused`, `invalid-idempotency-key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `idempotency-key-reused`, `currency-not-supported` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`, `quota-exceeded` */
            429: {
                headers: {
                    /**
                     * @description Seconds; the same request is safe to send again.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    /**
                     * @example {
                     *       "message": "Too Many Requests"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getBulk: {
        parameters: {
            query?: {
                /** @description At most so many items; 20 if not given. */
                limit?: number;
                /** @description The `next` of the page before; left out for the first page. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A keyed hash of the principal and the idempotency key of a bulk of orders. */
                bulkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bulk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bulkId": "bulk_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "COMPLETED",
                     *       "count": 2,
                     *       "confirmed": 1,
                     *       "rejected": 1,
                     *       "cancelled": 0,
                     *       "currency": "EUR",
                     *       "amount": 1980,
                     *       "items": [
                     *         {
                     *           "row": 0,
                     *           "reference": "PO-1001",
                     *           "orderId": "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *           "status": "CONFIRMED"
                     *         },
                     *         {
                     *           "row": 1,
                     *           "reference": "PO-1002",
                     *           "orderId": "ord_b7d8c9e0f1a2b3c4d5e6f708192a3b4c",
                     *           "status": "REJECTED",
                     *           "reason": "out_of_stock"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BulkView"];
                };
            };
            /** @description `invalid-limit`, `invalid-cursor`, `unknown-parameter` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-bulk` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /** @description At most so many items; 20 if not given. */
                limit?: number;
                /** @description The `next` of the page before; left out for the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of products. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "sku": "TEA-EARL-GREY",
                     *           "name": "Earl Grey, 100 g",
                     *           "unitPrice": 990,
                     *           "currency": "EUR"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjEifQ"
                     *     }
                     */
                    "application/json": components["schemas"]["ProductPage"];
                };
            };
            /** @description `invalid-limit`, `invalid-cursor`, `unknown-parameter` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The product. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "TEA-EARL-GREY",
                     *       "name": "Earl Grey, 100 g",
                     *       "unitPrice": 990,
                     *       "currency": "EUR"
                     *     }
                     */
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description `invalid-sku` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-sku` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putProduct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Earl Grey, 100 g",
                 *       "unitPrice": 990,
                 *       "currency": "EUR"
                 *     }
                 */
                "application/json": components["schemas"]["PutProductRequest"];
            };
        };
        responses: {
            /** @description The product as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "TEA-EARL-GREY",
                     *       "name": "Earl Grey, 100 g",
                     *       "unitPrice": 990,
                     *       "currency": "EUR"
                     *     }
                     */
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused`, `invalid-sku` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `currency-not-supported`, `amount-not-chargeable` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stock. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "TEA-EARL-GREY",
                     *       "available": 98,
                     *       "reserved": 2,
                     *       "sold": 0
                     *     }
                     */
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
            /** @description `invalid-sku` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-sku` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adjustStock: {
        parameters: {
            query?: never;
            header: {
                /** @description The client's key of one logical request: the same request sent again has no second effect. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description What the shop sells, by its stock-keeping unit. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "delta": 100
                 *     }
                 */
                "application/json": components["schemas"]["AdjustStockRequest"];
            };
        };
        responses: {
            /** @description The stock as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "TEA-EARL-GREY",
                     *       "available": 98,
                     *       "reserved": 2,
                     *       "sold": 0
                     *     }
                     */
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
            /** @description `invalid-body`, `not-json`, `card-number-refused`, `invalid-sku`, `invalid-idempotency-key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `insufficient-stock`, `buckets-only-rise` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `idempotency-key-reused` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createStockFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload the file, then poll the feed until its status is IMPORTED or REFUSED. */
            201: {
                headers: {
                    /**
                     * @description The feed.
                     * @example /stock-feeds/feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c
                     */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "feedId": "feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "upload": {
                     *         "url": "https://feeds.example.s3.eu-central-1.amazonaws.com/",
                     *         "fields": {
                     *           "key": "feeds/feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c.csv",
                     *           "Content-Type": "text/csv"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["StockFeedCreated"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStockFeed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One uploaded version of a stock feed. */
                feedId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "feedId": "feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
                     *       "status": "IMPORTED",
                     *       "rows": 3,
                     *       "applied": 2,
                     *       "refused": 1,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "errors": [
                     *         {
                     *           "line": 4,
                     *           "sku": "TEA-EARL-GREY",
                     *           "reason": "not_an_integer"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StockFeedView"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["MissingScope"];
            /** @description `unknown-feed` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    health: {
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
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "version": "1.0.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0"
                     *     }
                     */
                    "application/json": {
                        openapi: string;
                    };
                };
            };
            429: components["responses"]["Throttled"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
