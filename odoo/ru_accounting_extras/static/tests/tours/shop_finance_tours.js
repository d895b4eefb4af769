/** @odoo-module */

import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_service/tour_utils";

const MODULE = "ru_accounting_extras";
const seen = (content, trigger) => ({ content, trigger, run: () => {} });

// The arrow of the current state is a disabled button, which a tour never takes for its trigger.
const inState = (state) => seen(`the state is ${state}`, `.o_statusbar_status:has(.o_arrow_button_current:contains("${state}"))`);

function open(section, screen, title) {
    return [
        stepUtils.showAppsMenuItem(),
        { trigger: `.o_app[data-menu-xmlid="${MODULE}.menu_root"]` },
        { trigger: `[data-menu-xmlid="${MODULE}.menu_${section}"]` },
        { trigger: `[data-menu-xmlid="${MODULE}.menu_${screen}"]` },
        ...(title ? [seen("the screen itself, not the one before", `.o_breadcrumb .active:contains("${title}")`)] : []),
    ];
}

function choose(field, text) {
    return [
        { trigger: `.o_field_widget[name="${field}"] input`, run: `text ${text}` },
        { trigger: `.ui-autocomplete .ui-menu-item a:contains("${text}"), .o-autocomplete--dropdown-item:contains("${text}")` },
    ];
}

function tour(name, steps) {
    registry.category("web_tour.tours").add(`${MODULE}.${name}`, { test: true, url: "/web", steps: () => steps });
}

tour("cash_transfer", [
    ...open("cash", "cash_transfer", "Cash transfers"),
    { trigger: ".o_list_button_add" },
    ...choose("source_journal_id", "Drawer Arbat"),
    seen("what the drawer holds", '.o_field_widget[name="available"]:contains("22,420")'),
    ...choose("target_journal_id", "Safe: Boulevard"),
    { trigger: '.o_field_widget[name="amount"] input', run: "text 1000" },
    { trigger: 'button[name="action_send"]' },
    { trigger: 'button[name="action_receive"]', extra_trigger: '.o_arrow_button_current:contains("On its way")' },
    { trigger: '.o_field_widget[name="amount"] input', run: "text 990" },
    { trigger: 'button[name="action_confirm"]' },
    inState("Received"),
    seen("what is missing", '.o_field_widget[name="difference"]:contains("10.00")'),
]);

tour("shops_cash", [
    ...open("cash", "cash_shops", "Cash of the shops"),
    seen("cash of the shop", '.o_data_row:contains("Arbat") td[name="cash_balance"]:contains("22,420")'),
    { trigger: '.o_data_row:contains("Arbat") td[name="name"]' },
    seen("its drawers", '.o_field_widget[name="cash_journal_ids"] .o_data_row:contains("Drawer Arbat")'),
]);

tour("cash_at_closing", [
    ...open("cash", "cash_closing", "Cash at closing"),
    seen("short", '.o_data_row.text-danger:contains("Till Arbat") td[name="z_cash_difference"]:contains("150.00")'),
    { trigger: ".o_switch_view.o_pivot" },
    seen("the pivot", ".o_pivot table"),
]);

tour("write_off", [
    ...open("stock", "write_off", "Write-offs"),
    { trigger: ".o_list_button_add" },
    ...choose("shop_id", "Arbat"),
    ...choose("reason_id", "Broken"),
    { trigger: ".o_field_x2many_list_row_add a" },
    ...choose("product_id", "Lens"),
    seen("on hand", '.o_data_row td[name="on_hand"]:contains("98.00")'),
    { trigger: 'button[name="action_post"]' },
    inState("Written off"),
    seen("the entry", 'button[name="action_view_account_moves"]:contains("1")'),
]);

tour("stock_differences", [
    ...open("stock", "stock_discrepancy", "Stock differences"),
    { trigger: '.o_data_row:contains("Frame") td[name="product_id"]' },
    { trigger: 'button[name="action_correct"]' },
    { trigger: ".modal-footer .btn-primary" },
    inState("Corrected by a person"),
]);

tour("profit", [
    ...open("reports", "profit", "Gross profit and profit"),
    seen("the shop is a row", '.o_pivot th:contains("Arbat")'),
    seen("the margin is a measure", '.o_pivot th:contains("Margin, %")'),
    { trigger: ".o_switch_view.o_graph" },
    seen("the graph", ".o_graph_canvas_container canvas"),
    { trigger: ".o_switch_view.o_list" },
    seen("a sold line", '.o_data_row:contains("Frame")'),
]);

tour("profit_period", [
    ...open("reports", "profit_wizard"),
    { trigger: '.o_field_widget[name="group_by"] label:contains("Categories")' },
    { trigger: 'button[name="action_open"]' },
    seen("by category", '.o_pivot th:contains("Lenses and liquids")'),
]);

tour("receipts", [
    ...open("reports", "pos_analytics", "Receipts, refunds, discounts"),
    seen("the average receipt", '.o_pivot th:contains("Average Receipt")'),
    seen("the shop", '.o_pivot th:contains("Arbat")'),
]);

tour("audit", [
    ...open("reports", "audit", "Audit of prices and stock"),
    seen("the price", '.o_data_row:contains("Frame") td[name="after"]:contains("13,000.00")'),
]);
