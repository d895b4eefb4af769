/** @odoo-module */

import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_service/tour_utils";

const tours = registry.category("web_tour.tours");
const see = (trigger, content) => ({ trigger, content, isCheck: true });
const openApp = () => [
    stepUtils.showAppsMenuItem(),
    { trigger: '.o_app[data-menu-xmlid="connector_b.menu_connector"]' },
];
const openJob = () => [{ trigger: '.o_data_row:contains("tour.csv") td[name="file_name"]' }];

tours.add("connector_import", {
    test: true,
    url: "/web",
    steps: () => [
        ...openApp(),
        ...openJob(),
        { trigger: 'button[name="action_check"]:contains("Check the file")' },
        see('.o_statusbar_status:has(button[aria-checked="true"]:contains("Preview"))'),
        see('[name="found_encoding"]:contains("utf-8")', "what was detected is shown"),
        { trigger: 'button[name="action_view_lines"]' },
        see(".o_list_view .o_data_row:contains('SG-00004').text-danger", "a refused row is red"),
        { trigger: ".o_searchview_dropdown_toggler" },
        { trigger: '.o_filter_menu .o_menu_item:contains("Needs confirmation")' },
        see(".o_list_view .o_data_row:first:contains('SG-00001'):contains('20,000.00')"),
        { trigger: '.o_data_row:contains("SG-00001") button[name="action_confirm"]' },
        see('.o_data_row:contains("SG-00001") [name="confirmed"] input:checked'),
        { trigger: ".o_back_button a" },
        { trigger: 'button[name="action_import"]' },
        see('.o_statusbar_status:has(button[aria-checked="true"]:contains("Imported"))'),
        see('[name="updated_count"]:contains("2")'),
        { trigger: 'button[name="action_view_messages"]' },
        see(".o_list_view .o_data_row:contains('SG-00004'):contains('19%')", "the report names the fault"),
        { trigger: ".o_back_button a" },
        { trigger: 'button[name="action_roll_back"]' },
        { trigger: ".modal-footer .btn-primary" },
        see('.o_statusbar_status:has(button[aria-checked="true"]:contains("Rolled back"))'),
    ],
});

tours.add("connector_profile", {
    test: true,
    url: "/web",
    steps: () => [
        ...openApp(),
        { trigger: '[data-menu-xmlid="connector_b.menu_connector_profile"]' },
        { trigger: '.o_data_row:contains("B:") td[name="name"]' },
        see('.o_field_widget[name="column_ids"] .o_data_row:contains("Артикул")'),
        { trigger: '.nav-link:contains("Stock words")' },
        { trigger: '[name="word_ids"] .o_field_x2many_list_row_add a' },
        { trigger: '[name="word_ids"] .o_selected_row [name="word"] input', run: "text полно" },
        { trigger: '[name="word_ids"] .o_selected_row [name="quantity"] input', run: "text 30" },
        ...stepUtils.saveForm(),
    ],
});

tours.add("connector_override", {
    test: true,
    url: "/web",
    steps: () => [
        ...openApp(),
        ...openJob(),
        { trigger: 'button[name="action_import"]' },
        see('[name="till_text"]:contains("till-001")', "the tills are named"),
        { trigger: '[name="reason"] input', run: "text Promotion" },
        { trigger: 'button[name="action_override"]' },
        see('.o_statusbar_status:has(button[aria-checked="true"]:contains("Imported"))'),
        see('[name="override_reason"]:contains("Promotion")'),
    ],
});
