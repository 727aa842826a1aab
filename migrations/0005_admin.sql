CREATE TABLE `domains` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`return_path` text NOT NULL,
	`dkim_tokens` text NOT NULL,
	`dkim_status` text NOT NULL,
	`mail_from_status` text NOT NULL,
	`open_tracking` integer,
	`click_tracking` integer,
	`tls` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `domains_name_unique` ON `domains` (`name`);--> statement-breakpoint
CREATE TABLE `suppression_mirror` (
	`address` text PRIMARY KEY NOT NULL,
	`reason` text,
	`changed_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `transient_bounces` (
	`address` text NOT NULL,
	`at` integer NOT NULL,
	`email_id` text NOT NULL,
	PRIMARY KEY(`address`, `at`, `email_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `domain_id` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `suppressions` ADD `id` text;--> statement-breakpoint
ALTER TABLE `suppressions` ADD `until` integer;--> statement-breakpoint
ALTER TABLE `suppressions` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `suppressions` ADD `source` text;--> statement-breakpoint
UPDATE `suppressions` SET `id` = lower(substr(hex(randomblob(4)), 1, 8) || '-' || substr(hex(randomblob(2)), 1, 4) || '-4' || substr(hex(randomblob(2)), 1, 3) || '-8' || substr(hex(randomblob(2)), 1, 3) || '-' || hex(randomblob(6)));--> statement-breakpoint
CREATE UNIQUE INDEX `suppressions_id` ON `suppressions` (`id`);--> statement-breakpoint
CREATE INDEX `suppressions_origin` ON `suppressions` (`origin`,`created_at`);--> statement-breakpoint
CREATE INDEX `suppressions_until` ON `suppressions` (`until`) WHERE until IS NOT NULL;