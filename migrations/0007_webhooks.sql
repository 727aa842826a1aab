CREATE TABLE `webhook_attempts` (
	`webhook_id` text NOT NULL,
	`feed` integer NOT NULL,
	`feed_at` integer NOT NULL,
	`key` integer NOT NULL,
	`part` integer NOT NULL,
	`number` integer NOT NULL,
	`type` text NOT NULL,
	`sent_at` integer NOT NULL,
	`status` integer,
	`response` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`webhook_id`, `feed`, `key`, `part`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhook_retries` (
	`webhook_id` text NOT NULL,
	`feed` integer NOT NULL,
	`feed_at` integer NOT NULL,
	`key` integer NOT NULL,
	`part` integer NOT NULL,
	`type` text NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`webhook_id`, `feed`, `key`, `part`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_retries_due` ON `webhook_retries` (`due_at`,`webhook_id`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint` text NOT NULL,
	`events` text,
	`status` text NOT NULL,
	`reason` text,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`cursor` integer NOT NULL,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL
) WITHOUT ROWID;
