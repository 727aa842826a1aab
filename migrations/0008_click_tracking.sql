ALTER TABLE `broadcasts` ADD `click_tracking` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `contents` ADD `click_tracking` integer DEFAULT 0 NOT NULL;