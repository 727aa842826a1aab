DROP INDEX `webhook_retries_due`;--> statement-breakpoint
CREATE INDEX `webhook_retries_due` ON `webhook_retries` (`webhook_id`,`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `cursor_key` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `probe_at` integer;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `lease` text;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `lease_until` integer;